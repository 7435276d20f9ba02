"""Telling a message from silence."""

from pathlib import Path

import numpy as np
import pytest

from ivr.speech import speech_seconds
from tests.kit.agi_peer import RATE, voice, write_wav


def noise(seconds: float, rms: float) -> bytes:
    samples = np.random.default_rng(1).normal(0, rms, int(seconds * RATE))
    return bytes(samples.clip(-32768, 32767).astype("<i2").tobytes())


def louder(samples: bytes, by: float) -> bytes:
    return bytes((np.frombuffer(samples, "<i2") * by).astype("<i2").tobytes())


def mixed(one: bytes, other: bytes) -> bytes:
    return bytes((np.frombuffer(one, "<i2") + np.frombuffer(other, "<i2")).astype("<i2").tobytes())


@pytest.mark.parametrize(
    "samples",
    [b"", bytes(2 * RATE * 10), noise(10, 8), noise(10, 60), noise(10, 150), voice(0.5)],
    ids=["nothing", "digital silence", "a quiet line", "a poor line", "a very poor line", "half a second"],
)
def test_no_message(tmp_path: Path, samples: bytes) -> None:
    assert speech_seconds(write_wav(tmp_path / "a.wav", samples)) < 1


@pytest.mark.parametrize(
    "samples",
    [
        voice(6),
        louder(voice(6), 0.12),
        mixed(voice(6), noise(6, 60)),
        bytes(2 * RATE * 7) + voice(6),
        louder(noise(6, 100), 30),
    ],
    ids=["speech", "a quiet speaker", "on a poor line", "after a long silence", "without a pause"],
)
def test_a_message(tmp_path: Path, samples: bytes) -> None:
    assert speech_seconds(write_wav(tmp_path / "a.wav", samples)) > 2


def test_what_a_crash_left_is_heard_though_its_header_says_nothing(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", voice(6))
    content = path.read_bytes()
    path.write_bytes(content[:4] + bytes(4) + content[8:40] + bytes(4) + content[44:])
    assert speech_seconds(path) > 2


def test_what_is_no_file_is_no_speech(tmp_path: Path) -> None:
    assert speech_seconds(tmp_path / "none.wav") == speech_seconds(tmp_path) == 0
