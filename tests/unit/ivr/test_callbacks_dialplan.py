"""The one way out of the exchange: only our own service leads there, and only to digits."""

import re
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from hotline.sections import Sip
from hotline.settings_file import Settings
from ivr import asterisk_config
from tests.kit.dialplan import INSTALLED, contexts, dialplan, text

OURS = {"callback-wait", "callback-dial", "callback-answered", "callback-over", "callback-rate"}
ONWARD = {"callback-dial": {"callback-answered", "callback-over"}, "callback-over": {"callback-rate"}}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sip = Sip(bind=IPv4Address("127.0.0.3"), outbound="trunk.example:5070")
    return Settings(state_dir=tmp_path / "state", number="1234567", sip=sip)


@pytest.fixture
def rendered(settings: Settings) -> Path:
    return asterisk_config.render(settings, INSTALLED).parent


def test_without_a_way_out_there_is_nothing(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"sip": settings.sip.model_copy(update={"outbound": ""})})
    folder = asterisk_config.render(nowhere, INSTALLED).parent
    assert not OURS & contexts(dialplan(folder)).keys()
    assert "[outbound]" not in text(folder, "pjsip.conf")


def test_no_other_context_leads_there(rendered: Path) -> None:
    found = contexts(dialplan(rendered))
    assert found.keys() >= OURS
    for name, lines in found.items():
        mentioned = {each for each in OURS if re.search(rf"\b{each}\b", lines)}
        assert mentioned == ONWARD.get(name, set()), name
    for file in ("pjsip.conf", "queues.conf"):
        assert not re.search(r"(?m)^context = callback", text(rendered, file))


def test_what_is_dialled_is_made_of_digits(rendered: Path) -> None:
    found = contexts(dialplan(rendered))
    assert [name for name, lines in found.items() if "outbound" in lines] == ["callback-dial"]
    assert re.findall(r"Dial\(([^,]*),", found["callback-dial"]) == ["PJSIP/${CITIZEN}@outbound"]
    assert re.findall(r"Dial\(([^)]*)\)", found["callback-over"]) == ["Local/s@callback-rate/n"]
    assert re.findall(r"Set\(CITIZEN=(.*)\)\n", found["callback-dial"]) == [
        "${FILTER(0-9,${HOTLINE_CITIZEN}):0:20}"
    ]


def test_the_office_calls_under_its_own_number(rendered: Path) -> None:
    assert "Set(CALLERID(num)=1234567)" in contexts(dialplan(rendered))["callback-dial"]
    endpoint = text(rendered, "pjsip.conf").split("[outbound]")[-1]
    assert "from_user = 1234567" in endpoint
    assert "contact = sip:trunk.example:5070" in text(rendered, "pjsip.conf")


def test_nobody_is_taken_for_the_way_out(rendered: Path) -> None:
    pjsip = text(rendered, "pjsip.conf")
    assert "identify_by = ip" in pjsip.split("[outbound]")[-1]
    assert re.findall(r"(?m)^endpoint = (.*)$", pjsip) == ["trunk", "browser"]
