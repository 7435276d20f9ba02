"""What a clerk types when screening, and sees afterwards."""

from typing import Any

from bs4 import BeautifulSoup

from tests.web.office import Visitor

ENTRY = {
    "petitioner": "王秀兰",
    "telephone": "139 0471 8826",
    "address": "明远区团结小区三号楼",
    "category": "utilities",
    "summary": "暖气自十一月初不热，室温十三四度，多次报修无人上门。",
    "unit_code": "0102",
}


def seen(visitor: Visitor, address: str) -> dict[str, str]:
    """What the undo form of a recording's page would send, beside its reason."""
    return {"decision_id": panel(visitor.get(address)).select_one('#undo [name="decision_id"]')["value"]}  # type: ignore[index, dict-item]


def panel(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.data, "html.parser")
