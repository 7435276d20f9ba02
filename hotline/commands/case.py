"""``hotline case``: one case by its number, and whether all are what their events say."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session
from tqdm import tqdm

from hotline import audit, database, settings_file
from hotline.cases import case_events, case_number
from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import Case
from hotline.enquiries import enquiries
from hotline.handling import case_proof
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


@group.command()
@click.option("--json", "as_json", is_flag=True, help="One object for each that does not fit, for programs.")
def verify(as_json: bool) -> None:
    """Compare every case with its events, and these with their hashes; 1 where something differs."""
    wrong = 0
    with database.current().reading() as session:
        total = case_proof.count(session)
        for found in tqdm(case_proof.look(session), total=total, unit="case", disable=None, leave=False):
            if found is not None:
                wrong += 1
                where = f"event {found.sequence}: " if found.sequence else ""
                said = f"case {found.number}: {where}{found.what}"
                click.echo(json.dumps(asdict(found)) if as_json else said)
    if wrong:
        raise click.ClickException(
            f"{wrong} of {total} cases differ; restore what a backup of then still has"
        )
    if not as_json:
        click.echo(f"{total} cases are what their events say.")


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
        "period": case.period if case else None,
        "events": [f"{each.at:%Y-%m-%d %H:%M} {each.move}" for each in _events(session, case)],
        "transcript": transcript.text if transcript else None,
    }


def _events(session: Session, case: Case | None) -> Sequence[CaseEvent]:
    return case_events.of_case(session, case.number) if case else ()
