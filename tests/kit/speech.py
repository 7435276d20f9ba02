"""Real models and real speech for tests."""

import tomllib
import wave
from functools import cache
from pathlib import Path

import numpy as np

from hotline.settings_file import PROJECT, Settings
from transcription import audio, choice, installing, models
from transcription.audio import Audio
from transcription.draft import Engine

KOREAN_SPEECH = PROJECT.parent / "shared" / "audio" / "zeroth" / "005.wav"
"""Zeroth-Korean (CC BY 4.0): "한 잔 의 커피 가 소비자 에게 전해지기 위해선 …"; not part of the project."""

MANDARIN_SPEECH = PROJECT.parent / "shared" / "audio" / "aishell1"
"""AISHELL-1 (Apache-2.0), not part of the project either."""
SENTENCES = {
    "024.wav": "多了初为人母的幸福光彩",
    "033.wav": "在过去六个月中处于高点",
    "031.wav": "游客日照海鲜店被打受伤警方称言语冲突引发互殴",
    "018.wav": "苹果就公布了合作伙伴",
    "021.wav": "必须树立公共交通优先发展理念",
}


@cache
def engine(name: str) -> Engine:
    """The engine of a model, which is fetched when it is missing."""
    model, models_dir = models.KNOWN[name], Settings().models_dir
    if not models.is_installed(model, models_dir):
        try:
            installing.fetch(model, models_dir)
        except models.ModelError as error:
            raise RuntimeError(
                f"this test needs {name}; run: hotline models fetch {name} ({error})"
            ) from None
    return choice.load(model, models_dir, threads=2)


def prompt(key: str) -> tuple[Audio, str]:
    """A Mandarin prompt of the hotline, spoken, and its text."""
    catalogue = tomllib.loads((PROJECT / "sounds" / "catalogue.toml").read_text(encoding="utf-8"))
    return audio.read([prompt_path(key)], 60), catalogue[key]["zh"]


def prompt_path(key: str, language: str = "zh") -> Path:
    return PROJECT / "sounds" / language / f"{key}.wav"


def korean() -> Audio:
    """Real Korean speech at 8 kHz where it is beside the project, otherwise a prompt in Mandarin."""
    if not KOREAN_SPEECH.exists():
        return prompt("message-ask")[0]
    return _narrowed(KOREAN_SPEECH)


def write(path: Path, sound: Audio) -> Path:
    """A WAV file as Asterisk writes it."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, sound.rate, 0, "NONE", "not compressed"))
        file.writeframes(sound.samples.tobytes())
    return path


def silence(seconds: float) -> Audio:
    return Audio(np.zeros(round(seconds * 8000), np.int16), 8000)


def hiss(seconds: float, sigma: float) -> Audio:
    noise = np.random.default_rng(1).normal(0, sigma, round(seconds * 8000))
    return Audio(noise.astype(np.int16), 8000)


def sentences(pause: float) -> tuple[Audio, str]:
    """Sentences with pauses between them at 8 kHz, and their text: real speech where it is beside the
    project, otherwise prompts in Mandarin."""
    if MANDARIN_SPEECH.exists():
        spoken = [(_narrowed(MANDARIN_SPEECH / name), said) for name, said in SENTENCES.items()]
    else:
        spoken = [prompt(key) for key in ("message-ask", "enquiry-ask", "cannot-record", "goodbye-message")]
    gap = np.zeros(round(pause * 8000), np.int16)
    pieces = [piece for sound, _ in spoken for piece in (sound.samples, gap)]
    return Audio(np.concatenate(pieces), 8000), "".join(said for _, said in spoken)


def _narrowed(path: Path) -> Audio:
    """A file of 16 kHz at 8 kHz."""
    wide = audio.read([path], 60)
    pairs = wide.samples[: len(wide.samples) // 2 * 2].reshape(-1, 2)
    return Audio(pairs.mean(axis=1).astype(np.int16), 8000)
