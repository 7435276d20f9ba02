"""``hotline calendar``: which days the office works, and lists of days that it takes over."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from hotline import database, people, settings_file
from hotline.cases import unit_tables
from hotline.grants import may
from hotline.handling import calendar_acts
from hotline.handling.calendar_acts import Following
from hotline.hours import calendar_changing, calendar_days, calendar_list, calendar_year, china_days
from hotline.hours.calendar_changing import AskedChange, DayDecision
from hotline.hours.calendar_days import CalendarSource
from hotline.hours.calendar_list import CalendarListError
from hotline.refusals import Refused
from hotline.who_may import Act

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.group("calendar")
def group() -> None:
    """Which days the office works."""


@group.command()
@click.argument("year", type=click.IntRange(2020, 2099), required=False)
@click.option("--json", "as_json", is_flag=True, help="Every day of the year, as one object, for programs.")
def show(year: int | None, as_json: bool) -> None:
    """Show the days of a year that are unlike Monday to Friday, and those that the office has decided."""
    hours = settings_file.current().hours
    year = year or datetime.now(ZoneInfo(hours.timezone)).year
    with database.current().reading() as session:
        days = calendar_year.of_year(session, year, hours)
        version = calendar_days.version(session)
    if as_json:
        rows = [{**each.as_object(), "weekday": WEEKDAYS[each.day.weekday()]} for each in days]
        told = {"year": year, "version": version, "days": rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for each in days:
        if each.is_special:
            what = "works" if each.works else "off"
            decided = f"decided, version {each.version}" if each.version else ""
            shown = (
                f"{each.day}  {WEEKDAYS[each.day.weekday()]}  {what:<6}{each.name or each.name_en}  {decided}"
            )
            click.echo(shown.rstrip())
    working = sum(each.works for each in days)
    click.echo(f"{working} working days in {year}; the calendar has version {version}.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--package", "year", type=int, help="China's holidays of this year instead of a file.")
@click.option("--by", "name", help="Sign-in name of who decided it; needed where running periods change.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="What changes, as one object, for programs.")
def import_days(file: Path | None, year: int | None, name: str | None, dry_run: bool, as_json: bool) -> None:
    """Take over a list of days: a file, CSV of any usual kind or an Excel workbook, with a heading line.

    \b
    date     日期    a day, such as 2027-02-08
    works    上班    yes or no; 是 or 否, 班 or 休
    name     名称    the holiday, or the reason
    name_en  英文名  the same in English (may be left out)

    Days that are not in it stay as they are. Running periods that get another last day are counted first, and
    each gets an event.
    """
    if (file is None) == (year is None):
        raise click.UsageError("Name a file, or give --package with a year.")
    wanted, source = _wanted(file, year)
    hours, now = settings_file.current().hours, datetime.now(UTC)

    def ask(session: Session) -> AskedChange:
        return calendar_changing.of_days(session, source, wanted)

    db = database.current()
    try:
        with db.reading() if dry_run else db.writing() as session:
            if not dry_run:
                calendar_days.lock(session)
            follows = calendar_acts.following(session, ask, hours, now)
            if not dry_run:
                calendar_acts.change(session, ask, None, _user_id(session, name), hours, now)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    _tell(follows, dry_run, as_json)


def _wanted(file: Path | None, year: int | None) -> tuple[list[DayDecision], CalendarSource]:
    if file is not None:
        try:
            with file.open("rb") as content:
                return calendar_list.read(content.read(unit_tables.MOST_BYTES + 1)), CalendarSource.FILE
        except CalendarListError as problem:
            raise click.ClickException(f"{file.name}: {problem}; nothing was changed") from None
    try:
        return china_days.of_year(year or 0), CalendarSource.PACKAGE
    except LookupError:
        raise click.ClickException(
            f"the holidays of {year} are not known here; an update of the hotline brings them once the State "
            "Council has published them, or import them as a file"
        ) from None


def _user_id(session: Session, name: str | None) -> int | None:
    """Who changes the calendar. Raises ClickException for who may not."""
    if name is None:
        return None
    user = people.by_name(session, name)
    if user is None or not may(user, Act.SET_CALENDAR):
        raise click.ClickException(f"{name} is nobody who may change the calendar: see hotline users roles")
    return user.id


def _tell(follows: Following, dry_run: bool, as_json: bool) -> None:
    days = follows.asked.days
    if as_json:
        told = {
            "days": [_object(each) for each in days],
            "recomputed": [
                {"case": each.number, "before": each.before, "after": each.after} for each in follows.moved
            ],
            "version": follows.version + (not dry_run),
            "done": not dry_run,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for each in days:
        click.echo(f"{each.day}  {'works' if each.works else 'off':<6}{each.name or each.name_en}")
    click.echo(f"{len(days)} days; {len(follows.moved)} running periods get another last day.")
    click.echo("Nothing was changed." if dry_run else f"The calendar has version {follows.version + 1}.")


def _object(each: DayDecision) -> dict[str, date | bool | str | None]:
    return {"day": each.day, "works": each.works, "name": each.name, "name_en": each.name_en}
