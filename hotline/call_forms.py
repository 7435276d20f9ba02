"""The form beside a call: a case or a consultation (咨询), saved as it is typed and finished in wrap-up."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.mapping import Base


class FormKind(StrEnum):
    """What becomes of a call."""

    CASE = "case"
    CONSULTATION = "consultation"


class CallForm(Base):
    """What an agent has typed about a call so far; ``version`` is raised with each saving.

    ``result``: the number of the case or the id of the consultation it became when it was finished.
    """

    __tablename__ = "call_forms"

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    seat: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[FormKind] = mapped_column(String(12))
    fields: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(20), default="")
