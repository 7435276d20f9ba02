"""Reading what the telephone left: sound as it is, and poison with the reason."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.recordings import g711
from tests.kit.wav import write_tone
from transcription import audio
from transcription.audio import UnreadableAudio

LONGEST = 1200.0


def wav(
    codec: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, data: bytes = b"\0\0" * 800
) -> bytes:
    block = channels * bits // 8
    chunk = struct.pack("<HHIIHH", codec, channels, rate, rate * block, block, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(chunk)) + chunk + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("code", "linear"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0xD4, 24), (0x80, 5504)]
)
def test_alaw(code: int, linear: int) -> None:
    assert g711.from_alaw(bytes([code]))[0] == linear


@pytest.mark.parametrize(("code", "linear"), [(0xFF, 0), (0x7F, 0), (0x80, 32124), (0x00, -32124), (0xFE, 8)])
def test_ulaw(code: int, linear: int) -> None:
    assert g711.from_ulaw(bytes([code]))[0] == linear


@pytest.mark.parametrize(
    ("content", "first"),
    [
        (wav(data=struct.pack("<3h", -5, 6, 7)), -5),
        (wav(codec=6, bits=8, data=bytes([0xAA, 0xD5])), 32256),
        (wav(codec=7, bits=8, data=bytes([0x80])), 32124),
        (wav(rate=16000, data=struct.pack("<2h", 9, 0) + b"\1"), 9),
    ],
    ids=["linear", "A-law", "mu-law", "half a sample at the end"],
)
def test_what_telephones_record_is_read(tmp_path: Path, content: bytes, first: int) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    assert audio.read([tmp_path / "a.wav"], LONGEST).samples[0] == first


def test_a_header_that_was_never_closed_is_read_to_the_end(tmp_path: Path) -> None:
    content = bytearray(wav())
    content[40:44] = b"\0\0\0\0"
    (tmp_path / "a.wav").write_bytes(content)
    assert audio.read([tmp_path / "a.wav"], LONGEST).seconds == pytest.approx(0.1)


def test_the_parts_of_a_message_are_one_audio(tmp_path: Path) -> None:
    parts = [write_tone(tmp_path / f"{n}.wav", seconds) for n, seconds in enumerate((1.0, 0.5))]
    joined = audio.read(parts, LONGEST)
    assert joined.seconds == 1.5
    assert np.array_equal(joined.samples[8000:], audio.read(parts[1:], LONGEST).samples)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", r"no WAV file \(0 bytes\)"),
        (wav()[:30], "no WAV file"),
        (wav()[:44].replace(b"WAVE", b"AVI "), "no WAV file"),
        (b"ID3\3" + bytes(5000), "no WAV file"),
        (wav(codec=0x31, bits=0), "codec 0x0031"),
        (wav(codec=0x55, bits=0), "codec 0x0055"),
        (wav(bits=24), "codec 0x0001, 24 bits"),
        (wav(channels=2), "2 channels"),
        (wav(rate=44100), "44100 Hz"),
        (wav()[:28] + b"\0\0\0\0" + wav()[32:], "contradicts itself"),
    ],
    ids=[
        "0 bytes",
        "cut header",
        "AVI",
        "MP3",
        "GSM",
        "MP3 in WAV",
        "24 bits",
        "stereo",
        "44.1 kHz",
        "no byte rate",
    ],
)
def test_poison_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(UnreadableAudio, match=reason):
        audio.read([tmp_path / "a.wav"], LONGEST)


def test_three_hours_are_refused_before_they_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(data=b""))
    with path.open("r+b") as file:
        file.truncate(44 + 3 * 3600 * 16000)  # sparse
    with pytest.raises(UnreadableAudio, match="180 minutes long, at most 20"):
        audio.read([path], LONGEST)


def test_a_missing_file_and_no_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudio, match="missing in the store"):
        audio.read([tmp_path / "a.wav"], LONGEST)
    with pytest.raises(UnreadableAudio, match="no part"):
        audio.read([], LONGEST)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=80), st.integers(0, 60))
def test_no_content_does_anything_else(tmp_path: Path, content: bytes, at: int) -> None:
    whole = wav()
    (tmp_path / "a.wav").write_bytes(whole[:at] + content + whole[at + len(content) :])
    try:
        audio.read([tmp_path / "a.wav"], LONGEST)
    except UnreadableAudio as refusal:
        assert str(refusal)
