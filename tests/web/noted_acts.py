"""Every act that the code notes in the audit trail, and what it writes beside it, read from the code."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import EnumType
from functools import cached_property
from itertools import product
from pathlib import Path
from types import ModuleType

from hotline.settings_file import PROJECT

ROOMS = ("hotline", "ivr", "transcription", "web")
NOTES = {"audit.note": 3, "audit.note_once": 3, "noting.once": 0}
"""Function → which argument names the act."""
DETAILS = {"audit.note": 5, "audit.note_once": 5, "noting.once": 2, "Difference": 1}
"""Function → which argument is the detail."""
FILLED_IN = {
    "kind": "csv",
    "days": "7 – 7",
    "_counted(changes)": "7 added, 7 changed, 7 removed",
    "each.kind": "notes",
    "BY_RETENTION": ", by retention after ",
}
"""What values in details look like, where they do not look like a number."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unread(Exception):
    """An act that this reader of code does not understand."""


@dataclass(frozen=True)
class Source:
    """A file of the code."""

    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def module(self) -> ModuleType:
        return importlib.import_module(".".join(self.path.relative_to(PROJECT).with_suffix("").parts))

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node


def sources() -> Iterator[Source]:
    for room in ROOMS:
        for path in sorted((PROJECT / room).rglob("*.py")):
            content = path.read_text(encoding="utf-8")
            words = ("audit", "noting", "Difference")
            if "node_modules" not in path.parts and any(each in content for each in words):
                yield Source(path)


def acts(source: Source) -> set[str]:
    """What is noted in this file. Raises Unread."""
    found = set[str]()
    for function in source.functions():
        for call in calls(function):
            name = ast.unparse(call.func)
            if source.path.name == "audit.py" and source.path.parent.name == "hotline":
                name = f"audit.{name}"
            if name in NOTES:
                found |= values(source, function, argument(function, call, NOTES[name]))
    return found


def details(source: Source) -> set[str]:
    """The details of this file that are written down there, with a value for each that is filled in."""
    found = set[str]()
    for function in source.functions():
        for call in calls(function):
            index = DETAILS.get(ast.unparse(call.func))
            if index is not None and index < len(call.args):
                found |= written(function, argument(function, call, index))
    return {each for each in found if re.search("[a-z]{3}", each)}


def written(function: Function, node: ast.expr) -> set[str]:
    """What an expression may write; nothing where that is not to be seen in this function."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.JoinedStr):
        parts = [filled_in(function, each) for each in node.values]
        return {"".join(each) for each in product(*parts)}
    if isinstance(node, ast.IfExp):
        return written(function, node.body) | written(function, node.orelse)
    if isinstance(node, ast.Subscript):
        return written(function, node.value)
    made = assigned(function, node.id) if isinstance(node, ast.Name) else None
    return written(function, made) if made else set()


def filled_in(function: Function, part: ast.expr) -> set[str]:
    """A part of a formatted text: words, or what a value may look like."""
    if not isinstance(part, ast.FormattedValue):
        return written(function, part)
    form = ast.unparse(part.format_spec)[2:-1] if part.format_spec else ""
    if "%" in form:
        return {format(datetime(2026, 11, 23, 8, tzinfo=UTC), form)}
    usual = FILLED_IN.get(ast.unparse(part.value))
    return {usual} if usual else written(function, part.value) or {"7"}


def calls(within: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(within) if isinstance(node, ast.Call))


def argument(function: Function, call: ast.Call, index: int) -> ast.expr:
    """An argument of a call, also where some are given as ``*those``, a tuple made in the same function."""
    flat = list[ast.expr]()
    for each in call.args:
        flat += elements(function, each.value) if isinstance(each, ast.Starred) else [each]
    return flat[index]


def elements(function: Function, starred: ast.expr) -> list[ast.expr]:
    made = assigned(function, ast.unparse(starred))
    if not isinstance(made, ast.Tuple):
        raise Unread(f"{function.name}: *{ast.unparse(starred)}")
    return made.elts


def assigned(function: Function, name: str) -> ast.expr | None:
    """What a name is given in a function, alone or as one of several."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if ast.unparse(target) == name:
                return node.value
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                names = [ast.unparse(each) for each in target.elts]
                if name in names:
                    return node.value.elts[names.index(name)]
    return None


def values(source: Source, function: Function, node: ast.expr) -> set[str]:
    """What an expression may be: a constant, one of two, an argument that every caller gives."""
    if isinstance(node, ast.IfExp):
        return values(source, function, node.body) | values(source, function, node.orelse)
    if isinstance(node, ast.Constant | ast.Attribute):
        return {str(eval(ast.unparse(node), vars(source.module)))}  # noqa: S307 - our own code
    if isinstance(node, ast.Name):
        names = [each.arg for each in function.args.args]
        if node.id in names:
            return given(source, function, names.index(node.id))
        if made := assigned(function, node.id):
            return values(source, function, made)
        return {str(getattr(source.module, node.id))}
    if isinstance(node, ast.Call) and isinstance(vars(source.module).get(ast.unparse(node.func)), EnumType):
        return set()  # what a page asks for, such as Order(act): whoever tests knows which there are
    raise Unread(f"{source.path}: {ast.unparse(node)}")


def given(source: Source, function: Function, index: int) -> set[str]:
    """What callers in the same file give for an argument."""
    found = set[str]()
    for caller in source.functions():
        for call in calls(caller):
            if isinstance(call.func, ast.Name) and call.func.id == function.name:
                found |= values(source, caller, argument(caller, call, index))
    return found
