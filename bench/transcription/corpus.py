"""Real speech with transcripts, which is not part of the project.

AISHELL-1 (Beijing Shell Shell Technology, Apache License 2.0) and Zeroth-Korean (Lucas Jo and Wonkyum Lee,
CC BY 4.0), each in a folder with ``transcripts.tsv``: the columns ``file`` and ``transcript``.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from transcription import audio
from transcription.audio import Audio

LONGEST_SECONDS = 600.0
FOLDERS = {"zh": "aishell1", "ko": "zeroth"}


@dataclass(frozen=True)
class Utterance:
    """One recording of 16 kHz and what is said in it."""

    path: Path
    said: str

    @property
    def wideband(self) -> Audio:
        return audio.read([self.path], LONGEST_SECONDS)


def utterances(folder: Path, limit: int | None = None) -> list[Utterance]:
    """The first ``limit`` utterances of a folder; none where there is no such folder."""
    listing = folder / "transcripts.tsv"
    if not listing.exists():
        return []
    with listing.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [Utterance(folder / row["file"], row["transcript"]) for row in rows[:limit]]
