"""WAV files of every kind, sound and broken: read, or refused in one sentence, and never anything else."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.recordings import g711
from ivr import wav_samples
from ivr.softphone import command
from ivr.speech import speech_seconds
from ivr.wav_samples import NotReadable
from tests.kit.agi_peer import RATE, voice

SPOKEN = np.frombuffer(voice(3), "<i2")
PCM, FLOAT, ALAW, ULAW, EXTENSIBLE, IMA_ADPCM = 1, 3, 6, 7, 0xFFFE, 0x11


def law(table: np.ndarray[tuple[int], np.dtype[np.int16]]) -> bytes:
    """The codes whose levels are nearest."""
    order = np.argsort(table)
    return bytes(order[np.searchsorted(table[order], SPOKEN).clip(0, 255)].astype(np.uint8).tobytes())


def shape(tag: int, bits: int, channels: int = 1, rate: int = RATE, order: str = "<") -> bytes:
    block = channels * ((bits + 7) // 8)
    return struct.pack(f"{order}HHIIHH", tag, channels, rate, rate * block & 0xFFFFFFFF, block, bits)


def extensible(tag: int, bits: int, order: str = "<") -> bytes:
    guid = struct.pack(f"{order}IHH", tag, 0, 16) + bytes.fromhex("800000aa00389b71")
    return shape(EXTENSIBLE, bits, order=order) + struct.pack(f"{order}HHI", 22, bits, 4) + guid


def chunk(
    name: bytes, content: bytes, order: str = "<", length: int | None = None, pad: bool = True
) -> bytes:
    head = name + struct.pack(f"{order}I", len(content) if length is None else length)
    return head + content + b"\0" * (pad and len(content) % 2)


def wav(fmt: bytes, data: bytes, *before: bytes, order: str = "<", length: int | None = None) -> bytes:
    body = b"WAVE" + chunk(b"fmt ", fmt, order) + b"".join(before) + chunk(b"data", data, order, length)
    return (b"RIFF" if order == "<" else b"RIFX") + struct.pack(f"{order}I", len(body)) + body


WIDE = SPOKEN.astype("<i4") << 16
BYTES24 = WIDE.view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()
BYTES24_BE = WIDE.astype(">i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
LINEAR = SPOKEN.astype("<i2").tobytes()
DS64 = chunk(b"ds64", struct.pack("<QQQI", 0, len(LINEAR), len(SPOKEN), 0))
KINDS = {
    "16 bits": wav(shape(PCM, 16), LINEAR),
    "8 bits": wav(shape(PCM, 8), ((SPOKEN >> 8) + 128).astype(np.uint8).tobytes()),
    "24 bits": wav(shape(PCM, 24), BYTES24),
    "20 bits in 24": wav(shape(PCM, 20), BYTES24),
    "32 bits": wav(shape(PCM, 32), WIDE.tobytes()),
    "64 bits": wav(shape(PCM, 64), (SPOKEN.astype("<i8") << 48).tobytes()),
    "float": wav(shape(FLOAT, 32), (SPOKEN / 32768).astype("<f4").tobytes()),
    "double": wav(shape(FLOAT, 64), (SPOKEN / 32768).astype("<f8").tobytes()),
    "A-law": wav(shape(ALAW, 8) + bytes(2), law(g711.from_alaw(bytes(range(256))))),
    "µ-law": wav(shape(ULAW, 8) + bytes(2), law(g711.from_ulaw(bytes(range(256))))),
    "extensible": wav(extensible(PCM, 16), LINEAR),
    "extensible float": wav(extensible(FLOAT, 32), (SPOKEN / 32768).astype("<f4").tobytes()),
    "RIFX": wav(shape(PCM, 16, order=">"), SPOKEN.astype(">i2").tobytes(), order=">"),
    "RIFX 24 bits": wav(extensible(PCM, 24, ">"), BYTES24_BE, order=">"),
    "stereo": wav(shape(PCM, 16, 2), np.repeat(SPOKEN, 2).astype("<i2").tobytes()),
    "odd chunk before": wav(shape(PCM, 16), LINEAR, chunk(b"LIST", b"odd")),
    "odd chunk, not filled up": wav(shape(PCM, 16), LINEAR, chunk(b"LIST", b"odd", pad=False)),
    "long header": wav(shape(PCM, 16) + bytes(24), LINEAR),
    "of unknown length": wav(shape(PCM, 16), LINEAR, length=0),
    "never closed": wav(shape(PCM, 16), LINEAR, length=0xFFFFFFFF),
    "cut off": wav(shape(PCM, 16), LINEAR)[:-1001],
    "RF64": b"RF64\xff\xff\xff\xffWAVE"
    + DS64
    + chunk(b"fmt ", shape(PCM, 16))
    + chunk(b"data", LINEAR, length=0xFFFFFFFF),
    "followed by others": wav(shape(PCM, 16), LINEAR) + chunk(b"LIST", b"\xff" * 4001),
}
REFUSED = {
    "no WAV": (b"x" * 4000, "no WAV file"),
    "nothing": (b"", "no WAV file"),
    "a head alone": (b"RIFF\0\0\0\0WAVE", "does not say"),
    "no sound": (wav(shape(PCM, 16), b"")[:-8], "has no sound"),
    "no kind": (wav(b"", LINEAR), "does not say"),
    "packed": (wav(shape(IMA_ADPCM, 4), LINEAR), "packed as IMA ADPCM"),
    "unknown": (wav(shape(0x7777, 16), LINEAR), r"0x7777\); make 16-bit PCM"),
    "no rate": (wav(shape(PCM, 16, rate=0), LINEAR), "says 0 samples a second"),
    "absurd rate": (wav(shape(PCM, 16, rate=0xFFFFFFFF), LINEAR), "samples a second"),
    "no channel": (wav(shape(PCM, 16, channels=0), LINEAR), "no channel"),
    "no width": (wav(shape(PCM, 0), LINEAR), "0 bytes a sample"),
    "absurd width": (wav(shape(FLOAT, 24), LINEAR), "3 bytes a sample"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.wav"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_heard(file: Path, kind: str) -> None:
    file.write_bytes(KINDS[kind])
    sound = wav_samples.read(file)
    assert sound.rate == RATE
    common = min(len(sound.samples), len(SPOKEN))
    assert common > len(SPOKEN) - 502 and len(sound.samples) <= len(SPOKEN)
    off = sound.samples[:common].astype(np.int32) - SPOKEN[:common]
    assert np.abs(off).max() <= 1200, "G.711's widest steps"
    assert speech_seconds(file) > 1
    with (playable := command._playable(file, file.with_suffix(".own"))).open("rb") as written:
        assert written.read(4) == b"RIFF"
    assert np.array_equal(wav_samples.read(playable).samples, sound.samples)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_says_what_is_wrong(file: Path, kind: str) -> None:
    content, sentence = REFUSED[kind]
    file.write_bytes(content)
    with pytest.raises(NotReadable, match=sentence):
        wav_samples.read(file)
    assert speech_seconds(file) == 0
    with pytest.raises(ValueError, match=sentence):
        command._playable(file, file.with_suffix(".own"))


def test_a_file_without_a_sample_is_refused_and_a_short_one_made_longer(file: Path) -> None:
    file.write_bytes(wav(shape(PCM, 16), b""))
    with pytest.raises(ValueError, match="there is no sound in it"):
        command._playable(file, file.with_suffix(".own"))
    file.write_bytes(wav(shape(PCM, 16), b"\x01\x01"))
    assert len(wav_samples.read(command._playable(file, file.with_suffix(".own"))).samples) >= RATE // 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(sorted(KINDS)),
    st.lists(st.tuples(st.integers(0, 120), st.binary(min_size=1, max_size=4)), max_size=4),
    st.integers(0, 3000),
)
def test_whatever_the_bytes_nothing_else_comes_out(
    file: Path, kind: str, changes: list[tuple[int, bytes]], kept: int
) -> None:
    content = bytearray(KINDS[kind][:kept])
    for at, put in changes:
        content[at : at + len(put)] = put
    file.write_bytes(content)
    assert speech_seconds(file) >= 0
    try:
        wav_samples.read(file)
    except NotReadable as problem:
        assert str(problem)
