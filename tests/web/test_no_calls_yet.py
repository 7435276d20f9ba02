"""The pages of calls of an office where nobody has called yet."""

from tests.web.office import Office, page


def test_nothing_to_report_and_nonsense_in_the_address(office: Office) -> None:
    visitor = office.visitor("chenjing")
    assert "没有符合条件的来电" in page(visitor, "/calls").get_text()
    assert "没有待处理的放弃来电" in page(visitor, "/calls/abandoned").get_text()
    assert "没有拦截的号码" in page(visitor, "/nuisance").get_text()
    assert "没有数据" in page(visitor, "/reports?by=seat").get_text()
    for odd in ("first=x&last=9999-99-99", "first=0001-01-01&last=0001-01-02", "by=%00", "before=%00"):
        assert visitor.get(f"/reports?{odd}").status_code in (200, 422)
        assert visitor.get(f"/calls?{odd}").status_code == 200
        assert visitor.get(f"/calls/abandoned?{odd}").status_code == 200
