"""The sound over HTTP: in ranges (RFC 9110, section 14), to signed-in users, each listening noted once."""

import io
from datetime import timedelta

from flask import Blueprint, abort, request, send_file
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from hotline import audit
from hotline.recordings import recordings, store
from hotline.recordings.recordings import RecordingPart
from hotline.retention import deletions
from hotline.who_may import Act
from web import noting, ranges
from web.lookup import part_or_refuse, recording_or_refuse
from web.recording import sound
from web.services import services
from web.sign_in.guard import needs

audio = Blueprint("audio", __name__)
ONE_LISTENING = timedelta(minutes=10)
"""A player asks for many ranges while somebody listens once."""


@audio.get("/audio")
def message(recording_id: str) -> Response:
    """The message: its parts in one WAV file; ``speaker``: what one side of a call has said alone."""
    speaker = request.args.get("speaker")
    with services().database.reading() as session:
        found = recording_or_refuse(session, recording_id)
        parts = [part for part in recordings.spoken_parts(found) if speaker in (None, part.speaker)]
        response, known_id = _in_ranges(_there(session, parts)), found.id
    noting.once("play", f"recording {known_id}", within=ONE_LISTENING)
    return response


@audio.get("/parts/<part_id>/audio")
def one_part(recording_id: str, part_id: str) -> Response:
    """One part alone, such as one that the caller recorded again."""
    with services().database.reading() as session:
        part = part_or_refuse(session, recording_id, part_id)
        response, known_id = _in_ranges(_there(session, [part])), part.recording_id
        position = part.position
    noting.once("play", f"recording {known_id}", f"part {position + 1}", within=ONE_LISTENING)
    return response


@audio.get("/parts/<part_id>/file")
@needs(Act.DOWNLOAD)
def original(recording_id: str, part_id: str) -> Response:
    """The stored file as it is, when no browser plays it: the bytes that the hash on its row names."""
    with services().database.writing() as session:
        part = part_or_refuse(session, recording_id, part_id)
        _there(session, [part])
        now, position = services().now(), part.position + 1
        audit.note(session, now, current_user.id, "download", f"recording {recording_id}", f"part {position}")
        path = store.path_of(services().settings.store_dir, part.store_key)
        number = recording_or_refuse(session, recording_id).case_number
    if not path.is_file():
        abort(404)
    name = f"{number}-{position}.wav"
    return send_file(path, "application/octet-stream", as_attachment=True, download_name=name)


def _there(session: Session, parts: list[RecordingPart]) -> list[RecordingPart]:
    """Those of these parts that were not deleted; 410 where that is none of them."""
    deleted = deletions.deleted_parts(session, {part.recording_id for part in parts})
    left = [part for part in parts if part.id not in deleted]
    return left if left or not parts else abort(410)


def _in_ranges(parts: list[RecordingPart]) -> Response:
    try:
        joined = sound.join(parts, services().settings.store_dir)
    except sound.NotPlayable:
        abort(404)
    raw = sound.SoundFile(joined)
    body = wrap_file(request.environ, io.BufferedReader(raw, 1 << 16))
    response = Response(body, mimetype="audio/wav", direct_passthrough=True)
    response.content_length = raw.size
    response.set_etag(joined.etag)
    return ranges.in_ranges(response, raw.size)
