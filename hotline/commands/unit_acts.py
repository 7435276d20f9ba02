"""``hotline units rename``, ``merge``, ``abolish`` and ``list``."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from hotline import database, settings_file
from hotline.cases import unit_acts, unit_following, units
from hotline.cases.unit_changes import Doing
from hotline.cases.units import Unit, UnitLevel
from hotline.refusals import Refused

Act = Callable[[Session, Doing], Unit]
WHEN = click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From which day on it counts; today, if none is given.",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would follow, and change nothing.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One object, for programs.")


def as_of(day: datetime | None) -> Doing:
    """An act of the command line, as of a day, or of today where the office is."""
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(settings_file.current().hours.timezone)).date()
    return Doing(day.date() if day else today, today, now)


@click.command("rename")
@click.argument("code")
@click.argument("name")
@click.option("--name-en", help="Its English name; without it that stays as it is.")
@WHEN
@DRY_RUN
@AS_JSON
def rename(
    code: str, name: str, name_en: str | None, day: datetime | None, dry_run: bool, as_json: bool
) -> None:
    """Give the unit CODE another NAME. It is still found by the one it had."""
    _do(
        code,
        lambda session, doing: unit_acts.rename(session, code, name.strip(), name_en, doing),
        (day, dry_run, as_json),
    )


@click.command("merge")
@click.argument("code")
@click.argument("into")
@WHEN
@DRY_RUN
@AS_JSON
def merge(code: str, into: str, day: datetime | None, dry_run: bool, as_json: bool) -> None:
    """End the unit CODE: INTO is its successor and answers for its cases. Units below it go there, too."""
    _do(
        code,
        lambda session, doing: unit_acts.merge(session, code, into, doing),
        (day, dry_run, as_json),
    )


@click.command("abolish")
@click.argument("code")
@WHEN
@DRY_RUN
@AS_JSON
def abolish(code: str, day: datetime | None, dry_run: bool, as_json: bool) -> None:
    """End the unit CODE without a successor. Its open cases stay with it until they are sent elsewhere."""
    _do(code, lambda session, doing: unit_acts.abolish(session, code, doing), (day, dry_run, as_json))


def _do(code: str, act: Act, options: tuple[datetime | None, bool, bool]) -> None:
    """Make an act, or try it and take it back, and say what came of it. Raises ClickException."""
    day, dry_run, as_json = options
    doing = as_of(day)
    try:
        with database.current().writing() as session:
            follows = unit_following.following(session, code)
            told = described(act(session, doing)) | {
                "as_of": doing.day,
                "open_cases": follows.open_cases,
                "below": [each.code for each in follows.below],
                "done": not dry_run,
            }
            if dry_run:
                session.rollback()
    except Refused as refused:
        raise click.ClickException(f"{refused}; nothing was changed") from None
    click.echo(_written(told) if as_json else _said(told))


def _said(told: dict[str, object]) -> str:
    now = f"in force; open cases: {told['open_cases']}"
    if told["ended_on"]:
        to = f"come to unit {told['successor']}" if told["successor"] else "stay without a unit that answers"
        now = f"not in force from {told['ended_on']} on; open cases: {told['open_cases']}, which {to}"
    lines = [f"{told['code']}  {told['name_zh']}: {now}."]
    return "\n".join(lines if told["done"] else [*lines, "Nothing was changed."])


@click.command("list")
@click.option("--all", "ended_too", is_flag=True, help="Also units that are not in force any more.")
@click.option("--level", type=click.Choice([str(each) for each in UnitLevel]), help="Of this level only.")
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for programs.")
def list_units(ended_too: bool, level: str | None, as_json: bool) -> None:
    """List the units in force."""
    with database.current().reading() as session:
        known = units.all_there_were(session) if ended_too else units.choosable(session)
        found = [described(unit) for unit in known if level in (None, unit.level)]
    if as_json:
        click.echo(_written(found))
        return
    for unit in found:
        ended = f"  ({_ended(unit)})" if not unit["active"] else ""
        click.echo(f"{unit['code']:<12}{unit['name_zh']}  {unit['name_en']}{ended}")


def _ended(unit: dict[str, object]) -> str:
    until = f"ended {unit['ended_on']}" if unit["ended_on"] else "ended"
    return f"{until}, now {unit['successor']}" if unit["successor"] else until


def described(unit: Unit) -> dict[str, object]:
    """A unit for programs."""
    days: dict[str, date | None] = {"began_on": unit.began_on, "ended_on": unit.ended_on}
    return {
        "code": unit.code,
        "parent": unit.parent_code,
        "name_zh": unit.name_zh,
        "name_en": unit.name_en,
        "aliases": unit.aliases,
        "level": unit.level,
        "kind": unit.kind,
        **days,
        "successor": unit.successor_code,
        "active": unit.active,
    }


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
