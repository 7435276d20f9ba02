"""The unit that was chosen in a form."""

from flask import request
from sqlalchemy.orm import Session

from hotline.cases.units import Unit
from web.typed import typed


def asked_unit(session: Session, field: str = "unit") -> str:
    """Its code; empty where the name that is read in the form is not that unit's: what is read is meant.

    ``field``: where the name is; the code is in that with ``_code`` behind it.

    Without scripts another name may be typed over that of the unit that was offered.
    """
    code, name = typed(request.form.get(f"{field}_code"))[:20].strip(), request.form.get(field)
    unit = session.get(Unit, code) if code else None
    if name is None or (unit and typed(name).strip() in (unit.name_zh, unit.name_en)):
        return code
    return ""
