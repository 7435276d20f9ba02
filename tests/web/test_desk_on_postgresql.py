"""The desk on PostgreSQL: the way of a recording once through, and input that PostgreSQL refuses."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hotline.cases.cases import Case
from hotline.database import Database
from hotline.recordings.transcripts import Segment
from hotline.settings_file import Settings
from tests.kit import desk_sample
from tests.kit.postgresql import PostgreSQL, emptied
from tests.web.office import Clock, Office, Visitor
from tests.web.screening import ENTRY, seen
from web.services import Services


@pytest.fixture
def office(app: Flask, settings: Settings, postgresql: PostgreSQL) -> Office:
    db, clock = emptied(Database(postgresql.url)), Clock()
    ids = desk_sample.night(settings, db)
    app.extensions["hotline"] = Services(settings, db, clock)
    return Office(app, settings, db, clock, ids)


def test_the_way_of_a_recording(office: Office, clerk: Visitor) -> None:
    first, address = office.ids[0], f"/recordings/{office.ids[0]}"
    queue = clerk.get("/queue/table")
    assert "您好我叫王秀兰" in queue.get_data(as_text=True)
    assert clerk.get("/queue/table", headers={"If-None-Match": queue.headers["ETag"]}).status_code == 304
    found = clerk.post("/queue", {"search": "谢谢你们", "state": "all"}).headers["Location"]
    assert clerk.get(found).get_data(as_text=True).count('class="open number"') == 1
    assert clerk.get("/queue/next").headers["Location"] == address
    assert clerk.get(address).status_code == 200
    assert clerk.get(f"{address}/audio", headers={"Range": "bytes=0-43"}).status_code == 206
    with office.db.reading() as session:
        segment = session.scalars(select(Segment.id).order_by(Segment.id)).first()
    saved = clerk.post(f"{address}/segments/{segment}", {"text": "改\x00过", "based_on": "0"})
    assert saved.json and saved.json["revision"] == 1 and ">改过<" in saved.json["said"]
    assert clerk.post(f"{address}/segments/{segment}", {"text": "x", "based_on": "0"}).status_code == 409
    assert clerk.post(f"{address}/register", ENTRY | {"address": "楼\x00上"}).status_code == 303
    with office.db.reading() as session:
        case = session.get(Case, desk_sample.number_of(office.db, first))
        assert case and case.address == "楼上"
    assert clerk.post(f"{address}/undo", seen(clerk, address) | {"reason": "错\x00了"}).status_code == 303
    assert desk_sample.state_of(office.db, first) == "transcribed"
    office.clock.forward(minutes=5)
    assert clerk.post(f"{address}/hold").json["mine"]  # type: ignore[index]


def test_nul_is_never_an_error_of_ours(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}"
    paths = (
        "/queue?search=%00",
        "/queue?after=%00",
        "/queue/next?besides=%00",
        "/recordings/%00",
        f"{address}%00/audio",
    )
    assert all(clerk.get(path).status_code < 500 for path in paths)
    assert clerk.post("/queue", {"search": "\x00"}).status_code == 303
    assert clerk.post(f"{address}/duplicate", {"duplicate_of": "26\x000000"}).status_code == 422
    assert clerk.post(f"{address}/check-number", {"duplicate_of": "\x00" * 10}).status_code == 200
    assert clerk.post("/account/language", {"language": "\x00", "back": "/\x00"}).status_code == 302
    assert office.visitor().sign_in("li\x00", "x\x00").status_code == 403
    administrator = office.visitor("admin")
    assert (
        administrator.post("/people", {"name": "zhao", "full_name": "赵\x00", "role": "clerk"}).status_code
        == 200
    )


def test_a_session_ends_by_idling(office: Office, clerk: Visitor) -> None:
    office.clock.now += timedelta(minutes=31)
    assert clerk.get("/queue").status_code == 302
