"""Refusals: every reason has its words in both languages, and their values wherever it is raised."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

from hotline.refusals import Reason, Refused
from hotline.settings_file import PROJECT

CHINESE = re.compile("[一-鿿]")
ROOMS = ("hotline", "ivr", "transcription", "web")
RULE = re.compile(r"^class (\w+)\(Reason\)", re.MULTILINE)


@cache
def sources() -> list[tuple[ModuleType, ast.Module]]:
    """Every module of ours that has to do with reasons, and its code."""
    files = {path: path.read_text(encoding="utf-8") for room in ROOMS for path in _modules(PROJECT / room)}
    rules = {name for content in files.values() for name in RULE.findall(content)}
    words = re.compile(rf"\b(?:{'|'.join({'Refused', *rules})})\b")
    return [
        (importlib.import_module(_name(path)), ast.parse(content))
        for path, content in files.items()
        if words.search(content)
    ]


def _modules(room: Path) -> list[Path]:
    return sorted(path for path in room.rglob("*.py") if "node_modules" not in path.parts)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts)


def rules() -> list[type[Reason]]:
    """The reasons of each rule: where sources are loaded, they are known."""
    modules = {module.__name__ for module, _ in sources()}
    return [each for each in Reason.__subclasses__() if each.__module__ in modules]


def reasons() -> list[Reason]:
    return [each for rule in rules() for each in rule]


def named(text: str) -> set[str]:
    """The values that a text names."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def values(reason: Reason) -> set[str]:
    return named(reason.texts["en"]) | named(reason.on_command_line)


def meant(module: ModuleType, node: ast.AST) -> object:
    """What a name in a module stands for; None for what is known only as it runs."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return None
    first, *others = ast.unparse(node).split(".")
    found = vars(module).get(first)
    for each in others:
        found = getattr(found, each, None) if isinstance(found, type | ModuleType) else None
    return found


def raised() -> Iterator[tuple[object, set[str | None], str]]:
    """Each place that makes a refusal: the reason, if it is written there; the values given; the place."""
    for module, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and meant(module, node.func) is Refused:
                given = {each.arg for each in node.keywords}
                yield meant(module, node.args[1]), given, f"{module.__name__}:{node.lineno}"


def test_every_reason_has_its_words_in_both_languages() -> None:
    assert len(reasons()) > 20
    for reason in reasons():
        english, chinese = reason.texts["en"], reason.texts["zh"]
        assert english and not CHINESE.search(english + reason.on_command_line), reason
        assert CHINESE.search(chinese), reason
        assert named(english) == named(chinese), reason
    for rule in rules():
        assert len(rule) == len(rule.__members__), f"two reasons of {rule} have the same words"


def test_every_value_that_a_text_names_is_given_where_it_is_raised() -> None:
    places = list(raised())
    assert len(places) > 20
    for reason, given, place in places:
        assert given == (values(reason) if isinstance(reason, Reason) else set()), place
    written = {reason for reason, _, _ in places}
    assert not [each for each in reasons() if values(each) and each not in written]


def test_nobody_keeps_a_reason_that_is_never_given() -> None:
    mentioned = [meant(module, node) for module, tree in sources() for node in ast.walk(tree)]
    assert not set(reasons()) - {each for each in mentioned if isinstance(each, Reason)}


def test_what_is_said_of_a_refusal() -> None:
    class CannotKnock(Reason):
        LATE = "come before {hour}", "请在 {hour} 前来", "knock before {hour}: --hour"

    refused = Refused("hour", CannotKnock.LATE, hour="18:00")
    assert (refused.field, refused.reason) == ("hour", CannotKnock.LATE)
    assert refused.said("en") == "come before 18:00" and refused.said("zh") == "请在 18:00 前来"
    assert str(refused) == "knock before 18:00: --hour"
