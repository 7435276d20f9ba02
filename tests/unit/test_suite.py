"""What the suite keeps to: what several tests use is a module of its own, bench stands on the kit, and every
test asserts in sight."""

import ast
import re
from pathlib import Path

import pytest

from hotline.settings_file import PROJECT


def imported(module: Path) -> set[str]:
    """Every module and name that it imports, with dots."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    return found


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("tests", ("bench", "test_", "conftest")),
        ("tests/kit", ("tests.asterisk", "tests.browser", "tests.dialogues", "tests.faults", "tests.web")),
        ("bench", ("test_", "conftest", "tests.asterisk", "tests.browser", "tests.web")),
    ],
)
def test_helpers_are_imported_from_the_kit(folder: str, forbidden: tuple[str, ...]) -> None:
    wrong = [
        f"{module.relative_to(PROJECT)}: {name}"
        for module in sorted((PROJECT / folder).rglob("*.py"))
        for name in sorted(imported(module))
        if name.startswith(forbidden) or any(part.startswith(forbidden) for part in name.split("."))
    ]
    assert wrong == [], "move what is imported into tests/kit, or into a module beside the tests"


ASSERTING = re.compile(r"expect|(.*\.)?(assert|check)_\w+|pytest\.(raises|fail)")
"""What asserts beside ``assert``: a helper that does has a name that says so."""


def asserts(test: ast.FunctionDef) -> bool:
    """Whether somebody who reads the test sees what it demands."""
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and ASSERTING.fullmatch(ast.unparse(node.func)))
        for node in ast.walk(test)
    )


def test_every_test_asserts_in_sight() -> None:
    silent = [
        f"{module.relative_to(PROJECT)}: {node.name}"
        for module in sorted((PROJECT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not asserts(node)
    ]
    assert silent == [], "assert what came of it, or call the helper that does assert_…"
