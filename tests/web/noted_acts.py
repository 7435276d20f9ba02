"""Every act that the code notes in the audit trail, read from the code itself."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import EnumType
from functools import cached_property
from pathlib import Path
from types import ModuleType

from hotline.settings import PROJECT

ROOMS = ("hotline", "ivr", "transcription", "web")
NOTES = {"audit.note": 3, "audit.note_once": 3, "noting.once": 0}
"""Function → which argument names the act."""
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
            if "node_modules" not in path.parts and ("audit" in content or "noting" in content):
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
