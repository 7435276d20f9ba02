"""``hotline case``: one case by its number."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from hotline import audit, database, settings_file
from hotline.cases import case_number
from hotline.enquiries import enquiries
from hotline.recordings import transcripts
from hotline.registration import told_numbers


@click.group("case")
def group() -> None:
    """Cases by their number."""


@group.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def show(number: str, as_json: bool) -> None:
    """Show where a case stands and what was registered."""
    number = number.replace(" ", "")
    if not case_number.is_valid(number):
        raise click.ClickException(f"{number} is not a case number; compare its ten digits once more")
    with database.current().writing() as session:
        record = _described(session, number)
        audit.note(session, datetime.now(UTC), None, "look up", f"case {number}")
    if record is None:
        raise click.ClickException(f"the number {number} was never given out")
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=str))
        return
    for key, value in record.items():
        click.echo(f"{key:<14}{'' if value is None else value}")


def _described(session: Session, number: str) -> dict[str, object] | None:
    status = enquiries.look_up(session, number, settings_file.current().hours.timezone)
    lead = told_numbers.lead(session, number)
    recording, case = (lead.recording, lead.case) if lead else (None, None)
    if status is None or (recording is None and case is None):
        return asdict(status) if status else None
    transcript = transcripts.latest(session, recording.id) if recording else None
    return asdict(status) | {
        "recording_id": recording.id if recording else None,
        "recording_state": recording.state if recording else None,
        "petitioner": case.petitioner if case else None,
        "telephone": case.telephone if case else recording.caller if recording else None,
        "address": case.address if case else None,
        "category": str(case.category) if case else None,
        "summary": case.summary if case else None,
        "transcript": transcript.text if transcript else None,
    }
