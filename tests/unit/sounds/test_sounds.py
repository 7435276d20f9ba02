"""The tools that make prompts: levels, and which voice reads what."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from sounds import level, texts
from sounds.texts import ENGLISH, MANDARIN, Prompt


def murmur(seconds: float, dbfs: float) -> level.Samples:
    """Noise with peaks like those of speech, at a known level."""
    noise = np.random.default_rng(7).laplace(size=int(seconds * level.RATE))
    return np.asarray(noise * 10 ** (dbfs / 20) / np.sqrt((noise**2).mean()))


@pytest.mark.parametrize("dbfs", [-45.0, -19.0, -6.0])
def test_quiet_and_loud_speech_come_out_evenly_loud(dbfs: float) -> None:
    evened = level.even(murmur(1, dbfs))
    assert level.loudness(evened) == pytest.approx(level.LOUDNESS, abs=0.5)
    assert level.peak(evened) <= level.PEAK


def test_pauses_do_not_count_towards_the_loudness() -> None:
    speech = murmur(1, -19)
    spaced = np.concatenate([speech, np.zeros(level.RATE), speech])
    assert level.loudness(spaced) == pytest.approx(level.loudness(speech), abs=0.1)


def test_trim_leaves_the_same_short_silence_at_both_ends() -> None:
    speech = np.concatenate([np.zeros(4000), murmur(1, -19), np.zeros(9600)])
    assert len(level.trim(speech)) / level.RATE == pytest.approx(1 + 2 * level.EDGE, abs=2 * level.FRAME)


def test_trim_gives_speech_that_starts_at_once_its_silence() -> None:
    trimmed = level.trim(murmur(1, -19))
    assert not trimmed[: int(level.EDGE * level.RATE / 2)].any()
    assert len(trimmed) == int((1 + 2 * level.EDGE) * level.RATE)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    samples = level.tone()
    level.write(tmp_path / "zh" / "tone.wav", samples)
    assert level.read(tmp_path / "zh" / "tone.wav") == pytest.approx(samples, abs=1e-4)


def test_a_text_is_read_by_who_knows_its_language() -> None:
    assert Prompt("zh/goodbye", "再见。").speaker == MANDARIN
    assert Prompt("zh/english-offer", "For English, press nine.").speaker == ENGLISH


def test_a_changed_text_or_voice_asks_for_new_audio() -> None:
    same = Prompt("zh/goodbye", "再见。")
    assert same.digest() == Prompt("zh/goodbye", "再见。").digest()
    assert same.digest() != Prompt("zh/goodbye", "再会。").digest()


def test_the_sample_units_are_a_tree_with_unique_names() -> None:
    with texts.UNITS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    assert codes == sorted(set(codes))
    for name in ("name_zh", "name_en"):
        assert all(row[name] for row in rows)
        assert len({row[name] for row in rows}) == len(rows) == 454
    assert [row["code"] for row in rows if not row["parent"]] == ["01"]
    assert all(row["parent"] == row["code"][:-2] and row["parent"] in codes for row in rows if row["parent"])
    assert all(re.fullmatch(r"(\d\d)+", code) for code in codes)
