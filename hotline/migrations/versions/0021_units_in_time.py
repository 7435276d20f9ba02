"""level and kind of units, the days they are in force, their successors, and what has become of them"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SUCCESSOR = (
    "ALTER TABLE units ADD COLUMN successor_code VARCHAR(20) "
    "CONSTRAINT fk_units_successor_code REFERENCES units (code)"
)
"""Word for word the same on both databases; Alembic would add the constraint apart, which SQLite cannot."""
AREAS = {
    "subdistrict": ("街道办事处", "街道办", "街道"),
    "township": ("镇政府", "乡政府", "苏木政府", "镇人民政府", "乡人民政府", "苏木人民政府"),
    "county": (
        "区人民政府",
        "县人民政府",
        "旗人民政府",
        "区政府",
        "县政府",
        "旗政府",
        "管委会",
        "管理委员会",
    ),
    "city": ("市人民政府", "市政府"),
}
"""How the names of those end that lead an area."""


def upgrade() -> None:
    for name in ("level", "kind"):
        op.add_column("units", sa.Column(name, sa.String(length=12), server_default="", nullable=False))
    for name in ("began_on", "ended_on"):
        op.add_column("units", sa.Column(name, sa.Date(), nullable=True))
    op.execute(SUCCESSOR)
    op.create_index(op.f("ix_units_successor_code"), "units", ["successor_code"])
    op.create_table(
        "unit_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("before", sa.String(length=200), nullable=False),
        sa.Column("after", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_unit_changes_by_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_unit_changes_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_changes")),
    )
    op.create_index(op.f("ix_unit_changes_unit_code"), "unit_changes", ["unit_code"])
    _say_levels()


def _say_levels() -> None:
    """By their names for those that lead an area; of departments by what stands right above them."""
    connection = op.get_bind()
    units = sa.table(
        "units", *(sa.column(name) for name in ("code", "parent_code", "name_zh", "level", "kind"))
    )
    found = {row.code: row for row in connection.execute(sa.select(units))}
    leading = {code: level for code, row in found.items() if (level := _area(row.name_zh))}
    for code in found:
        level = leading.get(code) or _of_a_department(code, found, leading)
        if level:
            kind = "government" if code in leading else "department"
            connection.execute(units.update().where(units.c.code == code).values(level=level, kind=kind))


def _area(name: str) -> str:
    return next((level for level, ends in AREAS.items() if name.endswith(ends)), "")


def _of_a_department(code: str, found: dict[str, Any], leading: dict[str, str]) -> str:
    """The level of the area that it works for; empty where that is not known."""
    seen = set()
    while code and code not in seen and code in found:
        if code in leading:
            return leading[code]
        seen.add(code)
        code = found[code].parent_code
    return ""


def downgrade() -> None:
    raise NotImplementedError("What has become of units would be lost: restore a backup.")
