"""The tree of units for the page's own search: some hundred names, sent once and filtered while typing."""

import hashlib
import json

from flask import Blueprint, Response, make_response, request

from hotline.cases.units import Unit, choosable
from web import headers
from web.services import services
from web.units import names, pinyin

units = Blueprint("units", __name__)
units.record_once(lambda state: names.set_up(state.app))


@units.get("/units.json")
def tree() -> Response:
    """All units that can be chosen, each after its parent, with what they are found by."""
    with services().database.reading() as session:
        found = choosable(session)
    headers.allow_keeping()
    body = json.dumps([_row(unit, depth) for unit, depth in in_order(found)], ensure_ascii=False)
    response = make_response(body, 200, {"Content-Type": "application/json"})
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def in_order(found: list[Unit]) -> list[tuple[Unit, int]]:
    """The tree from top to bottom, with each unit's depth; a child of a hidden parent stands at the top."""
    known = {unit.code for unit in found}
    children: dict[str | None, list[Unit]] = {}
    for unit in found:
        parent = unit.parent_code if unit.parent_code in known else None
        children.setdefault(parent, []).append(unit)
    ordered: list[tuple[Unit, int]] = []
    waiting = [(unit, 0) for unit in reversed(children.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        ordered.append((unit, depth))
        waiting.extend((child, depth + 1) for child in reversed(children.get(unit.code, [])))
    return ordered


def _row(unit: Unit, depth: int) -> dict[str, object]:
    known = [unit.name_zh, *filter(None, unit.aliases.split(";"))]
    return {
        "code": unit.code,
        "parent": unit.parent_code,
        "name": names.unit_name(unit),
        "depth": depth,
        "names": [*known, unit.name_en],
        "initials": [pinyin.initials(name) for name in known],
        "pinyin": pinyin.spelled(unit.name_zh),
    }
