"""The texts of all prompts, and which voice speaks each.

``catalogue.toml`` holds one table per prompt, with the text in each language; the list of units holds their
names. A prompt is named ``zh/goodbye`` or ``en/units/0112``: its file under ``sounds/`` without the suffix.
"""

import csv
import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

SOUNDS = Path(__file__).resolve().parent
UNITS = SOUNDS.parent / "hotline" / "data" / "sample_units.csv"
MANIFEST = SOUNDS / "manifest.json"
LANGUAGES = ("zh", "en")
TONE = "beep"
SILENCE = "silence-"


@dataclass(frozen=True)
class Speaker:
    """A voice of Kokoro's and how fast it speaks; 1.0 is the voice's own pace."""

    voice: str
    speed: float


MANDARIN = Speaker("zf_xiaobei", 0.95)
MANDARIN_SYLLABLE = Speaker("zf_xiaobei", 1.1)  # a digit alone loses its shape when it is drawn out
ENGLISH = Speaker("af_heart", 0.9)


@dataclass(frozen=True)
class Prompt:
    name: str
    text: str

    @property
    def key(self) -> str:
        """The prompt's name without its language: what a dialogue says."""
        return self.name.partition("/")[2]

    @property
    def speech(self) -> bool:
        """False for the beep and the pauses, which have no words."""
        return self.key != TONE and not self.key.startswith(SILENCE)

    @property
    def speaker(self) -> Speaker:
        """Whoever can read the text: ``english-offer`` is English in a Mandarin call, too."""
        if not is_mandarin(self.text):
            return ENGLISH
        return MANDARIN if len(self.text) > 1 else MANDARIN_SYLLABLE

    @property
    def wav(self) -> Path:
        return SOUNDS / f"{self.name}.wav"

    def digest(self) -> str:
        """Changes when the prompt has to be spoken again."""
        recipe = f"{self.text}|{self.speaker}" if self.speech else self.key
        return hashlib.sha256(recipe.encode()).hexdigest()[:16]


def is_mandarin(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def catalogue() -> list[Prompt]:
    """Every prompt of the catalogue, in each language."""
    with (SOUNDS / "catalogue.toml").open("rb") as file:
        entries = tomllib.load(file).items()
    return [Prompt(f"{language}/{key}", text[language]) for language in LANGUAGES for key, text in entries]


def units(path: Path = UNITS, languages: tuple[str, ...] = LANGUAGES) -> list[Prompt]:
    """The names of the units in ``path``, a CSV file with the columns code, name_zh and name_en."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Prompt(f"{language}/units/{row['code']}", row[f"name_{language}"])
        for language in languages
        for row in rows
    ]


def read_manifest() -> dict[str, str]:
    """Prompt name → digest of the text and voice its file was made from."""
    return dict(json.loads(MANIFEST.read_text())) if MANIFEST.exists() else {}


def write_manifest(digests: dict[str, str]) -> None:
    MANIFEST.write_text(json.dumps(digests, indent=0, sort_keys=True) + "\n")
