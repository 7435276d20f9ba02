"""``hotline callbacks``: who waits to be called back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from hotline import audit, database, settings_file, withheld_numbers
from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.commands import numbers


@click.group("callbacks")
def group() -> None:
    """Callbacks: list and cancel."""


@group.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are over, too; the newest first.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="So many.")
@numbers.option
def list_callbacks(every: bool, limit: int, whole_numbers: bool) -> None:
    """List open callbacks, the next first: number of the callback, telephone, attempts, when it is tried."""
    zone = ZoneInfo(settings_file.current().hours.timezone)
    with database.current().writing() as session:
        audit.note(session, datetime.now(UTC), None, "look up", "callbacks", numbers.noted(whole_numbers))
    with database.current().reading() as session:
        found = callbacks.newest(session, limit, only_open=not every)
        for callback in found:
            click.echo(_line(session, callback, zone, whole_numbers))
    if not found:
        click.echo("Nobody waits to be called back." if not every else "There are no callbacks.")


def _line(session: Session, callback: Callback, zone: ZoneInfo, whole_numbers: bool) -> str:
    at = callback.ended_at or callback.next_attempt_at
    when = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if callback.attempt and callback.state == CallbackState.OPEN:
        when = "in the queue or ringing"
    outcome = callback.last_outcome.replace("_", " ")
    without = "withheld" if withheld_numbers.is_known(session, callback.call_id) else "deleted"
    number = numbers.told(callback.number, whole_numbers) or without
    told = f"{callback.id:>6}  {callback.case_number}  {number:<12} {callback.state:<9}"
    return f"{told} {when:<23} {callback.attempts} attempts  {outcome}".rstrip()


@group.command("cancel")
@click.argument("callback_id", type=int)
def cancel(callback_id: int) -> None:
    """Call CALLBACK_ID (its number in the list) back no more."""
    now = datetime.now(UTC)
    with database.current().writing() as session:
        if not callbacks.cancel(session, callback_id, now):
            raise click.ClickException(
                f"there is no open callback {callback_id}; see: hotline callbacks list"
            )
    click.echo(f"Callback {callback_id} is cancelled.")
