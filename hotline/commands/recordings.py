"""``hotline recordings``: what callers have said."""

import json
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit, database
from hotline.commands import numbers
from hotline.commands.calls import office_zone
from hotline.recordings import jobs, recordings, transcripts
from hotline.recordings.recordings import Recording
from hotline.registration import told_numbers


@click.group("recordings")
def group() -> None:
    """Recordings of callers and their transcripts."""


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for programs.")
@click.option("--state", type=click.Choice(recordings.STATES), help="Only recordings in this state.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@numbers.option
def list_recordings(as_json: bool, state: str | None, limit: int, whole_numbers: bool) -> None:
    """List recordings, newest first; times are the office's, in --json with their offset from UTC."""
    query = select(Recording).order_by(Recording.received_at.desc()).limit(limit)
    if state:
        query = query.where(recordings.in_state(state))
    with database.current().writing() as session:
        detail = numbers.noted(whole_numbers, state or "")
        audit.note(session, datetime.now(UTC), None, "look up", "recordings", detail)
    with database.current().reading() as session:  # a long list keeps no call from being written down
        rows = [_described(session, recording, whole_numbers) for recording in session.scalars(query)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        text = (row["transcript"] or {}).get("text", "")[:40]
        if row["missing_seconds"]:
            text = f"[{row['missing_seconds']:.1f} s missing] {text}"
        if row["not_transcribed_seconds"]:
            text = f"[{row['not_transcribed_seconds']:.1f} s not transcribed] {text}"
        at = f"{datetime.fromisoformat(row['received_at']).astimezone(office_zone()):%Y-%m-%d %H:%M:%S}"
        line = f"{row['case_number']}  {at}  {row['seconds']:6.1f} s  {row['state']:<12}  {text}"
        click.echo(line.rstrip())
    if not rows:
        click.echo("There are no recordings yet. Call the hotline, or run: hotline call --wav FILE")


@group.command("retry")
@click.argument("recording", metavar="ID|CASE_NUMBER")
def retry(recording: str) -> None:
    """Transcribe a recording again that has failed: three more attempts."""
    with database.current().writing() as session:
        found = session.get(Recording, recording) or told_numbers.recording_of(session, recording)
        if found is None:
            raise click.ClickException(f"There is no recording {recording}; see: hotline recordings list")
        now = datetime.now(UTC)
        if not jobs.retry(session, found.id, now):
            raise click.ClickException(
                f"The transcription of {recording} has not failed, it is {found.transcription}."
            )
        audit.note(session, now, None, "retry", f"recording {found.id}", "on the command line")
    click.echo(f"{recording} waits to be transcribed again.")


def _described(session: Session, recording: Recording, whole_numbers: bool) -> dict[str, Any]:
    transcript, bare = transcripts.latest(session, recording.id), recording.not_transcribed
    return {
        "id": recording.id,
        "case_number": recording.case_number,
        "caller": numbers.told(recording.caller, whole_numbers),
        "received_at": recording.received_at.isoformat(),
        "seconds": round(recording.seconds, 3),
        "missing_seconds": round(recording.missing_seconds, 3),
        "not_transcribed_seconds": None if bare is None else round(bare, 3),
        "state": recording.state,
        "transcript": transcript
        and {"engine": transcript.engine, "model": transcript.model, "text": transcript.text},
    }
