"""Who may import whom in the tests: what several use is a module of its own, and bench stands on the kit."""

import ast
from pathlib import Path

import pytest

from hotline.settings import PROJECT


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
