"""``hotline calls``: calls to the office, as the exchange has logged them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from hotline import audit, database, settings_file
from hotline.calls import abandoned_calls
from hotline.calls.calls import CallResult
from hotline.commands import exports, numbers
from hotline.reports import call_list
from hotline.reports.report_periods import midnight

HEAD = (
    "arrived",
    "caller",
    "result",
    "seat",
    "agent",
    "waited_seconds",
    "talk_seconds",
    "satisfaction",
    "case_number",
    "call_id",
)
CALLER = HEAD.index("caller")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group("calls")
def group() -> None:
    """Calls to the office."""


def office_zone() -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(settings_file.current().hours.timezone)


def today() -> str:
    """This day at the office."""
    return datetime.now(office_zone()).date().isoformat()


def _wanted(first: datetime, last: datetime, result: str | None, caller: str) -> call_list.CallFilter:
    begin, end = (midnight(day, office_zone()) for day in (first.date(), last.date() + timedelta(days=1)))
    return call_list.CallFilter(begin, end, result=CallResult(result) if result else None, caller=caller)


def _seats(each: call_list.ListedCall) -> str:
    return call_list.BETWEEN_SEATS.join(talked.seat for talked in each.seats)


_days = (
    click.option("--from", "first", type=DAY, default=today, show_default="today", help="The first day."),
    click.option("--to", "last", type=DAY, default=today, show_default="today", help="The last day."),
    click.option("--result", type=click.Choice([str(each) for each in CallResult]), help="What came of it."),
    click.option("--caller", default="", help="Digits that the number contains."),
)


@group.command("list")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@numbers.option
def list_calls(
    limit: int, whole_numbers: bool, first: datetime, last: datetime, result: str | None, caller: str
) -> None:
    """List calls, newest first."""
    with database.current().writing() as session:
        detail = numbers.noted(whole_numbers, audit.sought(caller))
        audit.note(session, datetime.now(UTC), None, "look up", "calls", detail)
    with database.current().reading() as session:
        found, more = call_list.page(session, _wanted(first, last, result, caller), datetime.now(UTC), limit)
    for each in found:
        at = each.call.arrived_at.astimezone(office_zone())
        number = numbers.told(each.call.caller, whole_numbers) or "unknown"
        waited = "" if each.waited is None else f"{each.waited} s"
        talked = "" if each.talked is None else f"{each.talked} s"
        line = f"{at:%Y-%m-%d %H:%M:%S}  {number:<20} {each.result:<11} {_seats(each):<8}"
        click.echo(f"{line}{waited:>7}{talked:>8}".rstrip())
    if more:
        click.echo(f"There are more; the newest {limit} are shown.")
    if not found:
        click.echo("There are no such calls.")


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@numbers.option
def export(
    file: Path, whole_numbers: bool, first: datetime, last: datetime, result: str | None, caller: str
) -> None:
    """Write calls to FILE, which ends in .csv or .xlsx; only you may read it."""
    exports.kind_of(file)
    with database.current().reading() as session:
        found = call_list.every(session, _wanted(first, last, result, caller), datetime.now(UTC))
        rows = [
            call_list.cells(each, office_zone(), str(each.result), _seats(each), each.call.satisfaction)
            for each in found
        ]
    for row in rows:
        row[CALLER] = numbers.told(str(row[CALLER]), whole_numbers)
    detail = numbers.noted(whole_numbers, audit.sought(caller))
    exports.write(file, "calls", (first.date(), last.date()), HEAD, rows, detail)
    click.echo(f"{len(rows)} calls written to {file}.")


for command in (list_calls, export):
    for option in _days:
        option(command)


@group.command("abandoned")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@click.option(
    "--days", type=click.IntRange(1), default=7, show_default=True, help="Of the last so many days."
)
@click.option("--settled", is_flag=True, help="Those that are settled, too.")
@numbers.option
def abandoned(limit: int, days: int, settled: bool, whole_numbers: bool) -> None:
    """List calls that ended without an answer, a message or a callback, newest first."""
    now = datetime.now(UTC)
    wanted = abandoned_calls.AbandonedFilter(now - timedelta(days=days), now, only_to_do=not settled)
    with database.current().writing() as session:
        audit.note(session, now, None, "look up", "abandoned calls", numbers.noted(whole_numbers))
    with database.current().reading() as session:
        found = abandoned_calls.find(session, wanted, now, limit)
    for each in found:
        at = each.call.arrived_at.astimezone(office_zone())
        caller = numbers.told(each.call.caller, whole_numbers) or "unknown"
        click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {caller:<20} {each.waited_seconds:>5} s  {each.settled}")
    if not found:
        click.echo("There are no abandoned calls.")
