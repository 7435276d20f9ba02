"""What a unit is called on the pages, and what is said of it."""

from flask.sansio.app import App
from flask_babel import get_locale, lazy_gettext

from hotline.cases.unit_changes import UnitAct
from hotline.cases.units import Unit, UnitKind, UnitLevel

LEVEL_NAMES = {
    UnitLevel.CITY: lazy_gettext("City"),
    UnitLevel.COUNTY: lazy_gettext("County or zone"),
    UnitLevel.TOWNSHIP: lazy_gettext("Township"),
    UnitLevel.SUBDISTRICT: lazy_gettext("Subdistrict"),
}
KIND_NAMES = {
    UnitKind.GOVERNMENT: lazy_gettext("Government"),
    UnitKind.DEPARTMENT: lazy_gettext("Department"),
}
UNIT_ACT_NAMES = {
    UnitAct.ADD: lazy_gettext("New in the list"),
    UnitAct.RENAME: lazy_gettext("Renamed"),
    UnitAct.MOVE: lazy_gettext("Placed elsewhere"),
    UnitAct.MERGE: lazy_gettext("Merged"),
    UnitAct.ABOLISH: lazy_gettext("Abolished"),
    UnitAct.RESTORE: lazy_gettext("In force again"),
}


def unit_name(unit: Unit | None, code: str = "") -> str:
    """Its name in the page's language, the Chinese one where it has no other; its code once it is gone."""
    if unit is None:
        return code
    return (unit.name_en or unit.name_zh) if str(get_locale()) == "en" else unit.name_zh


def set_up(app: App) -> None:
    """Make this known to the templates."""
    app.jinja_env.filters["unit_name"] = unit_name
