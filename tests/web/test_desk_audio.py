"""The sound: the joined message in ranges, and what is said where it cannot be played."""

import io
import tracemalloc
import wave
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.intake import intake
from hotline.recordings import recordings, spool
from hotline.recordings.recordings import Recording
from tests.kit import desk_sample
from tests.kit.wav import write_tone
from tests.web.office import Office, Visitor
from web.recording import peaks, sound


def samples(file: Path) -> bytes:
    with wave.open(str(file)) as opened:
        return bytes(opened.readframes(opened.getnframes()))


@pytest.fixture
def three_parts(office: Office, tmp_path: Path) -> tuple[str, bytes]:
    """A message of three parts, the second of which was recorded again; with the samples to be heard."""
    call, kept = "1763885000.77", b""
    for number in range(3):
        part = write_tone(
            spool.part_path(office.settings.spool_dir, call, number), 0.5 + number / 10, 300.0 + number
        )
        kept += samples(part) if number != 1 else b""
    spool.write_note(office.settings.spool_dir, spool.CallNote(call, "1", "zh", desk_sample.NOW, (1,)))
    taken = intake.take_in(call, office.settings, office.db)
    assert taken
    return taken.recording_id, kept


def test_the_message_is_the_parts_that_were_kept(clerk: Visitor, three_parts: tuple[str, bytes]) -> None:
    recording_id, kept = three_parts
    answer = clerk.get(f"/recordings/{recording_id}/audio")
    assert answer.mimetype == "audio/wav" and answer.headers["Accept-Ranges"] == "bytes"
    with wave.open(io.BytesIO(answer.data)) as heard:
        assert (heard.getframerate(), heard.getnchannels(), heard.getsampwidth()) == (8000, 1, 2)
        assert heard.readframes(heard.getnframes()) == kept
    assert int(answer.headers["Content-Length"]) == len(answer.data) == 44 + len(kept)


def test_what_was_recorded_again_can_be_heard_apart(
    office: Office, clerk: Visitor, three_parts: tuple[str, bytes]
) -> None:
    recording_id, _ = three_parts
    page = clerk.get(f"/recordings/{recording_id}").get_data(as_text=True)
    assert "来电人重录前的录音" in page
    with office.db.reading() as session:
        recording = session.get(Recording, recording_id)
        assert recording
        replaced = next(part for part in recording.parts if part.replaced)
    assert f"/parts/{replaced.id}/audio" in page
    assert len(clerk.get(f"/recordings/{recording_id}/parts/{replaced.id}/audio").data) == 44 + 2 * 4800
    foreign = f"/recordings/{office.ids[0]}/parts/{replaced.id}"
    assert clerk.get(f"{foreign}/audio").status_code == 404
    assert office.visitor("chenjing").get(f"{foreign}/file").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        ("bytes=0-", 206, 0, None),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=40-59", 206, 40, 60),
        ("bytes=8000-8099", 206, 8000, 8100),  # across two parts: the first has 8000 bytes of samples
        ("bytes=-100", 206, -100, None),
        ("bytes=100-99999999", 206, 100, None),
        ("bytes=99999999-", 416, 0, 0),
    ],
)
def test_ranges(
    clerk: Visitor, three_parts: tuple[str, bytes], asked: str, status: int, begin: int, end: int | None
) -> None:
    address = f"/recordings/{three_parts[0]}/audio"
    whole = clerk.get(address).data
    answer = clerk.get(address, headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"
        return
    assert answer.data == whole[begin:end]
    first = begin % len(whole)
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(answer.data) - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "seconds=0-5", "bytes=5-2", "bytes=x", "nonsense"])
def test_ranges_we_do_not_serve_get_the_whole(
    clerk: Visitor, three_parts: tuple[str, bytes], asked: str
) -> None:
    answer = clerk.get(f"/recordings/{three_parts[0]}/audio", headers={"Range": asked})
    assert (answer.status_code, len(answer.data)) == (200, 44 + len(three_parts[1]))


def test_if_range_and_if_none_match(clerk: Visitor, three_parts: tuple[str, bytes]) -> None:
    address = f"/recordings/{three_parts[0]}/audio"
    whole = clerk.get(address)
    etag, part = whole.headers["ETag"], {"Range": "bytes=0-9"}
    assert clerk.get(address, headers=part | {"If-Range": etag}).status_code == 206
    changed = clerk.get(address, headers=part | {"If-Range": '"another"'})
    assert (changed.status_code, len(changed.data)) == (200, len(whole.data))
    assert clerk.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_head_tells_the_length_and_sends_nothing(clerk: Visitor, three_parts: tuple[str, bytes]) -> None:
    answer = clerk.client.head(f"/recordings/{three_parts[0]}/audio")
    assert int(answer.headers["Content-Length"]) == 44 + len(three_parts[1]) and answer.data == b""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(begin=st.integers(0, 20_000), length=st.integers(0, 20_000))
def test_any_stretch_of_the_joined_file(
    office: Office, three_parts: tuple[str, bytes], begin: int, length: int
) -> None:
    with office.db.reading() as session:
        recording = session.get(Recording, three_parts[0])
        assert recording
        joined = sound.join(recordings.spoken_parts(recording), office.settings.store_dir)
    file = io.BufferedReader(sound.SoundFile(joined))
    file.seek(begin)
    assert file.read(length) == (joined.header() + three_parts[1])[begin : begin + length]


def test_one_listening_is_noted_once(office: Office, clerk: Visitor, three_parts: tuple[str, bytes]) -> None:
    recording_id = three_parts[0]
    for begin in (4000, 0, 100):
        clerk.get(f"/recordings/{recording_id}/audio", headers={"Range": f"bytes={begin}-"})
    noted = select(AuditEntry).where(
        AuditEntry.subject == f"recording {recording_id}", AuditEntry.action == "play"
    )
    with office.db.reading() as session:
        assert len(session.scalars(noted).all()) == 1
    office.clock.forward(minutes=11)
    clerk.get(f"/recordings/{recording_id}/audio")
    with office.db.reading() as session:
        assert len(session.scalars(noted).all()) == 2


@pytest.mark.parametrize(
    "content", [b"RIFF", b"", b"\x00" * 3000, b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x31\x00"]
)
def test_what_is_no_plain_sound_can_be_downloaded(
    office: Office, clerk: Visitor, colleague: Visitor, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "strange.wav").write_bytes(content)
    spoken = desk_sample.Spoken("1", 1.0, ("。",))
    recording_id = desk_sample.record(office.settings, office.db, spoken, tmp_path / "strange.wav")
    page = clerk.get(f"/recordings/{recording_id}").get_data(as_text=True)
    assert "这条录音无法在此播放" in page and "<audio" not in page
    assert clerk.get(f"/recordings/{recording_id}/audio").status_code == 404
    with office.db.reading() as session:
        recording = session.get(Recording, recording_id)
        assert recording
        part = recording.parts[0]
    address = f"/recordings/{recording_id}/parts/{part.id}/file"
    assert address not in page and clerk.get(address).status_code == 403  # that needs a supervisor
    assert address in colleague.get(f"/recordings/{recording_id}").get_data(as_text=True)
    answer = colleague.get(address)
    assert answer.data == content
    assert answer.headers["Content-Disposition"] == f"attachment; filename={recording.case_number}-1.wav"


def test_a_lost_file_breaks_no_page(office: Office, clerk: Visitor) -> None:
    for file in office.settings.store_dir.rglob("*.wav"):
        file.unlink()
    assert clerk.get(f"/recordings/{office.ids[0]}").status_code == 200
    assert clerk.get(f"/recordings/{office.ids[0]}/audio").status_code == 404


def test_the_outline_is_as_loud_as_the_sound(tmp_path: Path) -> None:
    file = tmp_path / "half.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(b"\x00\x00" * 6000 + b"\x00\xc0" * 6000)
    stretch = sound.FileStretch(file, 44, 24000)
    outline = peaks.outline(sound.JoinedSound(sound.SoundFormat(1, 2, 8000), (stretch,), "x"), bars=100)
    assert len(outline) == 100 and outline[:50] == (0.0,) * 50 and outline[50:] == (0.5,) * 50


def test_of_a_very_long_sound_little_is_read(tmp_path: Path) -> None:
    file = tmp_path / "long.wav"
    with file.open("wb") as out:
        out.truncate(44 + 2**31)  # 37 hours, of which the disk holds nothing
    stretch = sound.FileStretch(file, 44, 2**31)
    tracemalloc.start()
    outline = peaks.outline(sound.JoinedSound(sound.SoundFormat(1, 2, 8000), (stretch,), "y"), bars=100)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outline == (0.0,) * 100 and most < 2_000_000


def test_listening_waits_for_no_writer(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}/audio"
    assert clerk.get(address).status_code == 200
    with office.db.writing():  # a second range of the same listening
        assert clerk.get(address, headers={"Range": "bytes=100-"}).status_code == 206


@pytest.mark.parametrize("path", ["x", "0" * 32, "..%2F..%2Fetc%2Fpasswd", "%00", "1' OR '1'='1"])
def test_made_up_identifiers_are_404(clerk: Visitor, path: str) -> None:
    for rest in ("", "/audio", f"/parts/{path}/audio", "/draft"):
        assert clerk.get(f"/recordings/{path}{rest}").status_code == 404
