"""Programs that tests hold as text import what there is: mypy does not look into strings."""

import ast
import importlib
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from hotline.settings_file import PROJECT

ROOMS = ("hotline", "ivr", "transcription", "web", "tests", "bench")


def programs() -> Iterator[ast.Module]:
    for folder in ("tests", "bench"):
        for file in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and "import " in node.value:
                    try:
                        yield ast.parse(node.value)
                    except SyntaxError:
                        continue


IMPORTED = {
    (each.module, name.name)
    for program in programs()
    for each in ast.walk(program)
    if isinstance(each, ast.ImportFrom) and each.module and each.module.split(".")[0] in ROOMS
    for name in each.names
}


@pytest.mark.parametrize(("module", "name"), sorted(IMPORTED))
def test_what_a_program_imports_is_there(module: str, name: str) -> None:
    assert hasattr(importlib.import_module(module), name) or find_spec(f"{module}.{name}")
