"""WAV headers that a crash left behind."""

import struct
import wave
from pathlib import Path

import pytest

from hotline.recordings import wav
from tests.kit.wav import break_header, write_tone


def seconds(path: Path) -> float:
    found = wav.layout(path)
    return found.seconds if found else 0.0


def test_a_header_never_closed_is_repaired_and_the_sound_untouched(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "call.wav", 2.5)
    sound = break_header(path)
    assert seconds(path) == 2.5
    assert wav.repair(path)
    with wave.open(str(path)) as file:
        assert file.readframes(file.getnframes()) == sound
    assert not wav.repair(path)


def test_a_file_cut_in_the_middle_is_as_long_as_what_is_there(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "call.wav", 4)
    path.write_bytes(path.read_bytes()[: 44 + 16000])
    assert wav.repair(path)
    assert seconds(path) == 1.0
    with wave.open(str(path), "rb") as file:
        assert file.getnframes() == 8000


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not sound at all" * 100, b"RIFF\0\0\0\0WAVE"])
def test_what_is_no_wav_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "strange.wav"
    path.write_bytes(content)
    assert not wav.repair(path)
    assert seconds(path) == 0.0
    assert path.read_bytes() == content


def test_chunks_before_and_after_the_sound(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "call.wav", 1)
    whole = path.read_bytes()
    note = b"LIST" + struct.pack("<I", 5) + b"hello\0"
    size = struct.pack("<I", len(whole) + 2 * len(note) - 8)
    path.write_bytes(whole[:4] + size + whole[8:36] + note + whole[36:] + note)
    assert seconds(path) == 1.0
    assert not wav.repair(path)
