"""Queries stay with their tables: in ``hotline``, whose functions the other three ask."""

import ast
from pathlib import Path

import pytest

from hotline.settings_file import PROJECT

OUTSIDE = ("web", "ivr", "transcription", "agi_scripts")
MAY_BE_IMPORTED = {
    "sqlalchemy.orm": {"Session"},  # what is handed on to the functions of hotline
    "sqlalchemy.exc": {"OperationalError", "SQLAlchemyError", "TimeoutError"},  # a database that is not there
}
LOOKS_FOR_ITSELF = {"execute", "scalar", "scalars", "query"}
"""Of a session. To ``get`` a row by its key is no query."""


def files(folder: str) -> list[Path]:
    found = sorted((PROJECT / folder).rglob("*.py"))
    return [each for each in found if "node_modules" not in each.parts]


@pytest.mark.parametrize("folder", OUTSIDE)
def test_no_query_is_made_outside_of_hotline(folder: str) -> None:
    assert files(folder)
    for file in files(folder):
        for each in ast.walk(ast.parse(file.read_text())):
            where = f"{file.relative_to(PROJECT)}:{getattr(each, 'lineno', '')}: into hotline with it"
            if isinstance(each, ast.Import):
                assert not any(name.name.split(".")[0] == "sqlalchemy" for name in each.names), where
            if isinstance(each, ast.ImportFrom) and (each.module or "").split(".")[0] == "sqlalchemy":
                allowed = MAY_BE_IMPORTED.get(each.module or "", set())
                assert {name.name for name in each.names} <= allowed, where
            if isinstance(each, ast.Attribute) and each.attr in LOOKS_FOR_ITSELF:
                owner = each.value.id if isinstance(each.value, ast.Name) else ""
                assert owner not in ("session", "database", "connection"), where
