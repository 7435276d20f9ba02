"""What a recording's page shows, gathered in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hotline.calls import call_stretches
from hotline.calls.call_stretches import CallStretch, HeardSpeaker
from hotline.calls.calls import CallRecord
from hotline.cases.units import Unit
from hotline.evidence import trail
from hotline.people import User
from hotline.recordings import no_draft, recordings, transcripts
from hotline.recordings.aligned import Words, aligned
from hotline.recordings.recordings import Recording, RecordingPart, TranscriptionState
from hotline.recordings.transcripts import Doubt, Segment, Transcript
from hotline.registration import consultations, screening
from hotline.registration.consultations import Consultation
from hotline.retention import deletions, legal_holds
from web.recording import numbers, peaks, sound
from web.recording.numbers import NumberInText
from web.refusals import words
from web.screening import panel
from web.services import services
from web.withheld import views as withheld

UNSURE_BELOW = 0.6
"""Words with a lower confidence are marked. Confidence is known to be a weak sign; it only draws the eye."""

HISTORY = 200

DOUBTS = {
    Doubt.LOOP: lazy_gettext("Listen yourself: the engine repeats itself here."),
    Doubt.INVENTED: lazy_gettext("Listen yourself: what the engine wrote here is probably invented."),
    Doubt.LANGUAGE: lazy_gettext("Listen yourself: perhaps another language."),
}
"""What stands in place of words that are no draft."""

_MARKS = {"UNSURE_BELOW": UNSURE_BELOW, "DOUBTS": DOUBTS}


@dataclass(frozen=True)
class ShownSegment:
    """A segment with its words (``_words_of``), and who is heard."""

    segment: Segment
    words: list[dict[str, Any]]
    heard: HeardSpeaker | None
    of_digits: frozenset[int]
    """Which of the words belong to a number."""
    numbers: list[NumberInText]

    @property
    def is_corrected(self) -> bool:
        """Whether its words are no longer the engine's."""
        return bool(self.segment.revisions)

    @property
    def is_unheard(self) -> bool:
        """Whether nobody, engine or clerk, has written down what is said in it."""
        return not self.segment.text


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the history."""

    at: datetime
    who: str
    action: str
    detail: str
    entry: dict[str, str] | None = None
    """What was registered, as it was then."""
    unit: Unit | None = None
    """The responsible unit of that, under the name it has now."""


def gather(session: Session, recording: Recording) -> dict[str, Any]:
    """Everything the templates of a recording's page need, in front of the transaction's end."""
    transcript = transcripts.latest(session, recording.id)
    being_made = recording.transcription in (TranscriptionState.PENDING, TranscriptionState.RUNNING)
    deleted = deletions.deleted_parts(session, [recording.id])
    spoken = [part for part in recordings.spoken_parts(recording) if part.id not in deleted]
    stretches = call_stretches.of_recording(session, recording)
    return {
        "transcript": transcript,
        "lines": lines(transcript, stretches, recording.caller) if transcript else [],
        "stretches": stretches,
        "failure": words(no_draft.why(recording.no_draft)) if recording.no_draft else "",
        "earlier": transcripts.corrected_before(session, recording.id, None if being_made else transcript),
        "being_made": being_made,
        "sides": sorted({part.speaker for part in spoken if part.speaker}, reverse=True),
        "replaced": [part for part in recording.parts if part.replaced and part.id not in deleted],
        "gone": deletions.gone(session, recording.id),
        "is_silent": bool(deleted) and not spoken,
        "history": history(session, recording.id),
        "kept_for": legal_holds.in_force(session, recording, recording.case_number),
        **_MARKS,
        **withheld.beside(session, recording.call_id),
        **panel.gather(session, recording),
        **_sound(spoken),
        "agent": _agent(session, recording),
        "consultation": _consultation(session, recording),
    }


def lines(transcript: Transcript, stretches: Sequence[CallStretch], caller: str) -> list[ShownSegment]:
    """Each segment with its words, its numbers and who is heard."""
    return [_line(each, transcript, stretches, caller) for each in transcript.segments]


def _line(
    segment: Segment, transcript: Transcript, stretches: Sequence[CallStretch], caller: str
) -> ShownSegment:
    heard = transcript.words[segment.first_word : segment.last_word + 1]
    words, begin, end = _words_of(segment, heard), segment.start, segment.end
    return ShownSegment(
        segment,
        words,
        call_stretches.heard(segment.speaker, begin, end, stretches),
        numbers.of_digits(words),
        numbers.in_text(segment.text, heard, (begin, end), caller),
    )


def _words_of(segment: Segment, heard: Words) -> Words:
    """What a segment says now: as it was heard, and once it was corrected nothing of that."""
    if not segment.revisions or (segment.doubt and not segment.text):
        return heard
    whole = {"text": "", "start": segment.start, "end": segment.end, "confidence": None}
    return aligned(heard or [whole], segment.text)


def corrected(session: Session, recording: Recording, segment: Segment) -> dict[str, str]:
    """What the page of who has corrected a segment shows beside the field, and above the draft."""
    transcript = session.get_one(Transcript, segment.transcript_id)
    line = _line(segment, transcript, (), recording.caller)
    return {
        "said": render_template("recording/said.html", line=line, recording=recording, mine=True, **_MARKS),
        "not_transcribed": render_template("recording/not_transcribed.html", recording=recording),
    }


def _sound(spoken: list[RecordingPart]) -> dict[str, Any]:
    try:
        joined = sound.join(spoken, services().settings.store_dir)
    except sound.NotPlayable:
        return {"sound": None, "peaks": ()}
    return {"sound": joined, "peaks": peaks.outline(joined)}


def _agent(session: Session, recording: Recording) -> str:
    """Who talked to the caller; empty for a message, and until the list of calls knows it."""
    call = session.get(CallRecord, recording.call_id) if recording.seat else None
    agent = session.get(User, call.user_id) if call and call.user_id else None
    return agent.full_name if agent else ""


def _consultation(session: Session, recording: Recording) -> Consultation | None:
    """What the call was kept as, unless that was withdrawn."""
    found = consultations.of_call(session, recording.call_id)
    return found if found and found.withdrawn_at is None else None


def history(session: Session, recording_id: str) -> list[HistoryEntry]:
    """What was done to a recording, newest first, reasons of undoing included."""
    registered = screening.registered(session, recording_id)
    events = []
    for act, name in trail.of_subject(session, f"recording {recording_id}", HISTORY):
        entry = registered.get(act.at) if act.action == "decide" else None
        unit = session.get(Unit, entry.get("unit_code", "")) if entry else None
        events.append(HistoryEntry(act.at, name, act.action, act.detail, entry, unit))
    return events
