"""``hotline status``: what runs and how much work waits."""

import json
from datetime import UTC, datetime

import click
from sqlalchemy import func, select

from hotline import database, settings_file, troubles
from hotline.commands.calls import office_zone as zone
from hotline.hours import calendar_days, hand_hours, working_hours
from hotline.recordings import recordings, spool
from hotline.recordings.recordings import Recording, RecordingKind
from hotline.running import health, ready
from hotline.settings_file import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def status(as_json: bool) -> None:
    """Show what runs, what waits and how much room is left. Exit code 1 when a part does not answer."""
    record = describe(settings_file.current())
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=datetime.isoformat))
    else:
        for key, value in record.items():
            click.echo(f"{key:<24}{_readable(value)}")
    if record["not_answering"] or "problem" in record:
        raise SystemExit(1)


def describe(settings: Settings) -> dict[str, object]:
    """The state of this instance as plain values; ``problem`` says why only some of it is known."""
    record: dict[str, object] = {"number": settings.number, "not_answering": ready.silent_parts(settings)}
    try:
        return record | _kept(settings)
    except Exception as problem:
        trouble = troubles.explain(problem, settings)
        if trouble is None:
            raise
        return record | {"problem": str(trouble)}


def _kept(settings: Settings) -> dict[str, object]:
    """What database and disk say."""
    now = datetime.now(UTC)
    with database.current().reading() as session:
        counts = recordings.counts(session)
        waiting = (Recording.kind == RecordingKind.MESSAGE, Recording.outcome.is_(None))
        oldest = session.scalar(select(func.min(Recording.received_at)).where(*waiting))
        by_hand = hand_hours.in_force(session, now)
        calendar = calendar_days.of_office(session, settings.hours)
        is_open = working_hours.is_open(now, settings.hours, calendar, by_hand)
    return {
        "line": ("open" if is_open else "closed") + (" by hand" if by_hand else ""),
        "recordings": counts,
        "oldest_unscreened": oldest.astimezone(UTC) if oldest else None,
        "calls_in_spool": len(spool.calls(settings.spool_dir)),
        "free_bytes": health.free_bytes(settings),
    }


def _readable(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items() if count) or "none"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone()):%Y-%m-%d %H:%M:%S}"
    return str(value)
