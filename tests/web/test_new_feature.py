"""A feature is one folder: a new one is added and taken away again, and only the list of features knows."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from flask import Blueprint

import web
from hotline.who_may import Act
from tests.web.office import Office, Visitor
from web.app import create_app
from web.feature import Feature, Opens, opened
from web.features import FEATURES

FOLDER = {
    "__init__.py": """
        from flask_babel import lazy_gettext
        from hotline.who_may import Act
        from web.feature import Feature, NavigationPlace
        from web.staff import views

        FEATURE = Feature(
            views.staff,
            places=(NavigationPlace("staff.show", lazy_gettext("Everybody here"), Act.SUPERVISE),),
            act=Act.SUPERVISE,
        )
    """,
    "views.py": """
        from flask import Blueprint, render_template
        from hotline import people
        from web.services import services

        staff = Blueprint("staff", __name__, url_prefix="/staff")

        @staff.get("")
        def show() -> str:
            with services().database.reading() as session:
                return render_template("staff/staff.html", people=people.everyone(session))
    """,
    "staff.html": """
        {% extends "layout/base.html" %}
        {% block title %}{{ _('Everybody here') }}{% endblock %}
        {% block styles %}
        <link rel="stylesheet" href="{{ url_for('static', filename='staff/staff.css') }}">
        {% endblock %}
        {% block main %}
        <h1>{{ _('Everybody here') }}</h1>
        <table>{% for each in people %}<tr><td>{{ each.full_name }}</td></tr>{% endfor %}</table>
        {% endblock %}
        {% block scripts %}
        <script type="module" src="{{ url_for('static', filename='staff/staff.js') }}"></script>
        {% endblock %}
    """,
    "staff.css": "table { inline-size: 100% }",
    "staff.js": 'import { texts } from "../layout/page.js";',
    "translations/zh/LC_MESSAGES/messages.po": """
        msgid "Everybody here"
        msgstr "所有人员"
    """,
}
NAMES = {"zh": "所有人员", "en": "Everybody here"}


@pytest.fixture
def staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Feature]:
    """The new folder, as if it lay in ``web`` beside the others."""
    for name, text in FOLDER.items():
        file = tmp_path / "web" / "staff" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    words = tmp_path / "web" / "staff" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
    with words.open("rb") as source, words.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="zh"))
    monkeypatch.setattr(web, "__path__", [*web.__path__, str(tmp_path / "web")])
    yield importlib.import_module("web.staff").FEATURE
    for name in [each for each in sys.modules if each.startswith("web.staff")]:
        del sys.modules[name]
    vars(web).pop("staff")


def navigation(visitor: Visitor) -> list[str]:
    """Where the links of the navigation lead."""
    page = BeautifulSoup(visitor.get("/account").data, "html.parser")
    return [str(link["href"]) for link in page.select("nav.places a")]


def test_a_new_folder_needs_nothing_but_its_place_in_the_list(office: Office, staff: Feature) -> None:
    before = navigation(office.visitor("chenjing"))
    behind = next(place for place, each in enumerate(FEATURES) if each.name == "reports") + 1
    features = (*FEATURES[:behind], staff, *FEATURES[behind:])
    new = Office(
        create_app(office.settings, office.db, office.clock, features),
        office.settings,
        office.db,
        office.clock,
    )
    clerk, chief = new.visitor("liuyang"), new.visitor("chenjing")
    after = navigation(chief)
    assert after == [
        each for link in before for each in ((link, "/staff") if link == "/reports" else (link,))
    ]
    assert "/staff" not in navigation(clerk) and clerk.get("/staff").status_code == 403
    assert new.visitor().get("/staff").headers["Location"].startswith("/sign-in")
    for language, name in NAMES.items():
        chief.post("/account/language", {"language": language})
        page = BeautifulSoup(chief.get("/staff").data, "html.parser")
        assert page.h1 and page.h1.text == name and page.select_one('nav [aria-current="page"]').text == name  # type: ignore[union-attr]
        assert "刘洋" in [cell.text for cell in page.select("table td")]
        for asset in page.select("main ~ script[src*=staff], link[href*=staff]"):
            assert chief.get(str(asset.get("src") or asset["href"])).status_code == 200


def test_a_folder_that_is_not_in_the_list_is_not_there(office: Office, staff: Feature) -> None:
    chief = office.visitor("chenjing")
    assert "/staff" not in navigation(chief)
    for path in ("/staff", "/static/staff/staff.css", "/static/staff/staff.js"):
        assert chief.get(path).status_code == 404, path


def test_of_a_folder_browsers_get_its_scripts_and_style_sheets_alone(clerk: Visitor) -> None:
    assert (
        clerk.get("/static/seat/seat.js").status_code == clerk.get("/static/seat/seat.css").status_code == 200
    )
    for path in (
        *("seat/views.py", "seat/seat.html", "seat/__init__.py", "seat/../app.py", "seat/%2e%2e/app.py"),
        *(
            "app.py",
            "layout/base.html",
            "translations/zh/LC_MESSAGES/messages.po",
            "seat/",
            "seat",
            "../app.py",
        ),
        *("package.json", "vendor.mjs", "node_modules/htmx.org/dist/htmx.min.js"),
    ):
        assert clerk.get(f"/static/{path}").status_code == 404, path


def test_what_templates_name_is_there(clerk: Visitor) -> None:
    named = re.compile(r"url_for\('static', filename='([^']+)'")
    templates = Path(web.__path__[0]).glob("*/*.html")
    files = {file for path in templates for file in named.findall(path.read_text(encoding="utf-8"))}
    assert {"seat/seat.js", "desk.css", "vendor/htmx.min.js"} <= files
    for file in files:
        with clerk.get(f"/static/{file}") as answer:
            assert answer.status_code == 200, file


def test_the_list_is_what_the_folders_are(office: Office) -> None:
    """Each folder is in the list, its endpoints begin with its name, and what it names is there."""
    folders = {path.parent.name for path in Path(web.__path__[0]).glob("*/__init__.py")}
    assert folders == {each.name for each in FEATURES} == {each.folder.name for each in FEATURES}
    endpoints = office.app.view_functions.keys()
    assert {endpoint.partition(".")[0] for endpoint in endpoints} - {"static"} == folders
    named = {place.endpoint for each in FEATURES for place in each.places} | opened(FEATURES).keys()
    assert named <= endpoints
    for each in FEATURES:
        own = {place.endpoint for place in each.places} | each.opens.keys()
        assert all(endpoint.startswith(f"{each.name}.") for endpoint in own)


def test_a_page_open_to_all_cannot_ask_what_its_reader_may_do() -> None:
    with pytest.raises(ValueError, match="open to all"):
        Feature(Blueprint("open", __name__), act=Act.SCREEN, opens={"open.show": Opens.TO_ALL})
