"""What a unit is called on the pages."""

from flask.sansio.app import App
from flask_babel import get_locale

from hotline.cases.units import Unit


def unit_name(unit: Unit | None, code: str = "") -> str:
    """Its name in the page's language, the Chinese one where it has no other; its code once it is gone."""
    if unit is None:
        return code
    return (unit.name_en or unit.name_zh) if str(get_locale()) == "en" else unit.name_zh


def set_up(app: App) -> None:
    """Make this known to the templates."""
    app.jinja_env.filters["unit_name"] = unit_name
