"""The audit trail's page: for administrators alone, in pages, with filters; and what is noted of searches."""

from sqlalchemy import insert, select

from hotline import audit
from hotline.audit import AuditEntry
from hotline.evidence import findings, verification
from tests.web.office import Office, Visitor, administrator

NUMBER = "13800001234"


def last(office: Office, action: str) -> AuditEntry:
    with office.db.reading() as session:
        noted = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.sequence.desc())
        found = session.scalars(noted).first()
        assert found
        return found


def test_only_administrators_see_it(office: Office, clerk: Visitor) -> None:
    assert clerk.get("/audit").status_code == 403
    assert clerk.post("/audit/export", {"format": "csv"}).status_code == 403
    assert administrator(office).get("/audit").status_code == 200


def test_filters_and_pages(office: Office) -> None:
    visitor = administrator(office)
    with office.db.writing() as session:
        for number in range(250):
            audit.note(session, office.clock.now, 1, "edit", f"call {number}", f"the number is {NUMBER}")
    shown = visitor.get("/audit?action=edit").get_data(as_text=True)
    assert "来电 249" in shown
    assert "来电 149" not in shown
    assert NUMBER not in shown
    assert "138*****234" in shown
    with office.db.reading() as session:
        middle = session.scalar(select(AuditEntry.sequence).where(AuditEntry.subject == "call 150"))
    assert "来电 149" in visitor.get(f"/audit?action=edit&before={middle}").get_data(as_text=True)
    for typed in ("call+7", "来电+7"):
        assert "来电 7<" in visitor.get(f"/audit?subject={typed}").get_data(as_text=True)
    for odd in (
        "before=-1",
        "before=x",
        "user=%00",
        "subject=%25",
        "first=0001-01-01",
        "before=99999999999999",
    ):
        assert visitor.get(f"/audit?{odd}").status_code == 200


def test_the_file_holds_what_the_filters_leave_and_no_number_in_full(office: Office) -> None:
    visitor = administrator(office)
    with office.db.writing() as session:
        audit.note(session, office.clock.now, 1, "edit", "call 1", f"the number is {NUMBER}")
    file = visitor.post("/audit/export?action=edit", {"format": "csv"}).get_data(as_text=True)
    assert "call 1" in file
    assert NUMBER not in file
    assert last(office, "export").subject == "audit trail"


def test_the_address_of_the_browser_is_in_each_entry(office: Office, clerk: Visitor) -> None:
    clerk.get(f"/recordings/{office.ids[0]}")
    assert last(office, "open").origin == "127.0.0.1"


def test_a_search_is_noted_once_and_without_the_whole_number(office: Office, clerk: Visitor) -> None:
    clerk.get("/queue")
    for text, noted in ((NUMBER, "138*****234"), ("138 0000 1234", "138*****234"), ("王秀兰", "王秀兰")):
        clerk.post("/queue", {"search": text, "state": "all"}, follow_redirects=True)
        entry = last(office, "search")
        assert (entry.subject, entry.detail) == ("recordings", noted)
    with office.db.reading() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "search")).all()) == 2


def test_what_differs_is_shown_there_and_on_the_wall(office: Office) -> None:
    visitor = administrator(office)
    with office.db.writing() as session:
        findings.found(session, "part 5f", "2026/09/01/5f.wav was changed", office.clock.now)
    assert "5f.wav was changed" in visitor.get("/audit").get_data(as_text=True)
    assert "录音或审计记录被改动" in visitor.get("/wallboard/board").get_data(as_text=True)


def test_the_chain_holds_after_a_morning_at_the_desk(office: Office, clerk: Visitor) -> None:
    clerk.get(f"/recordings/{office.ids[0]}")
    administrator(office).get("/audit")
    unknown = [each for each in verification.rows_that_differ(office.db) if "does not know" not in each.what]
    assert unknown == []


def test_many_entries_are_read_by_an_index(office: Office) -> None:
    rows = [
        {
            "at": office.clock.now,
            "action": "open",
            "subject": f"call {number}",
            "detail": "",
            "sequence": number,
        }
        for number in range(10_000, 30_000)
    ]
    with office.db.writing() as session:
        session.execute(insert(AuditEntry), rows)
        plan = "EXPLAIN QUERY PLAN SELECT * FROM audit_entries WHERE sequence < 9 ORDER BY sequence DESC"
        steps = [row[-1] for row in session.connection().exec_driver_sql(plan)]
    assert "USING INDEX ix_audit_entries_sequence" in steps[0]
    assert "来电 29999" in administrator(office).get("/audit?action=open").get_data(as_text=True)
