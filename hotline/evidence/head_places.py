"""How many heads were written to which file: a disk that is not mounted looks like one with none on it yet.

This guards against mishaps. Whoever can write the database can change these numbers, but not the file.
"""

from pathlib import Path

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base


class HeadPlace(Base):
    """A file of heads, by its absolute path, and how many lines it must have by now."""

    __tablename__ = "head_places"

    place: Mapped[str] = mapped_column(String(500), primary_key=True)
    heads: Mapped[int]


def count(session: Session, file: Path) -> int:
    """How many heads must be there."""
    found = session.get(HeadPlace, _name(file))
    return found.heads if found else 0


def remember(session: Session, file: Path, heads: int) -> None:
    """So many are there now."""
    session.merge(HeadPlace(place=_name(file), heads=heads))


def forget_below(session: Session, folder: Path) -> None:
    """After a restore into an empty folder: what was written below it went with the old one."""
    for each in session.scalars(select(HeadPlace)):
        if Path(each.place).is_relative_to(folder):
            session.delete(each)


def _name(file: Path) -> str:
    return str(file.absolute())[-500:]
