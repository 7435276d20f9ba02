"""The check that runs beside every test of pages: nothing is drawn while the database is held for writing."""

from flask import render_template

from tests.web.office import Office


def test_what_is_drawn_while_writing_is_seen(office: Office, drawn_while_writing: list[str]) -> None:
    with office.app.test_request_context():
        with office.db.reading():
            render_template("layout/error.html", status=404)
        assert drawn_while_writing == []
        with office.db.writing():
            render_template("layout/error.html", status=404)
    assert drawn_while_writing == ["layout/error.html"]
    drawn_while_writing.clear()
