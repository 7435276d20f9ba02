"""Speak the prompts whose text, voice or file has changed: ``python -m sounds.speak``.

The manifest remembers what each file was made from, so nothing is spoken twice. ``--accept`` tells it that a
recording of a human voice fits the present text.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sounds import level, texts
from sounds.texts import Prompt


def main() -> None:
    options = _options()
    known = texts.read_manifest()
    wanted = [prompt for prompt in _prompts(options) if options.key or _stale(prompt, known)]
    for prompt in tqdm(wanted, desc="speaking", unit="prompt"):
        if not options.accept:
            level.write(prompt.wav, render(prompt))
        texts.write_manifest(texts.read_manifest() | {prompt.name: prompt.digest()})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sounds.speak", description="Speak what has changed.")
    parser.add_argument("--unit", action="append", default=[], metavar="CODE", help="speak this unit's name")
    parser.add_argument("--all-units", action="store_true", help="speak the names of all units")
    parser.add_argument("--units", type=Path, default=texts.UNITS, metavar="FILE", help="list of units (CSV)")
    parser.add_argument("--language", choices=texts.LANGUAGES, help="this language only")
    parser.add_argument(
        "--accept", action="store_true", help="keep the files as they are: a person spoke them"
    )
    parser.add_argument("key", nargs="*", help="these prompts, changed or not, such as goodbye or units/0112")
    return parser.parse_args()


def _prompts(options: argparse.Namespace) -> list[Prompt]:
    keys = options.key + [f"units/{code}" for code in options.unit]
    prompts = texts.catalogue() + (texts.units(options.units) if keys or options.all_units else [])
    return [
        prompt
        for prompt in prompts
        if (not keys or prompt.key in keys) and prompt.name.startswith(options.language or "")
    ]


def _stale(prompt: Prompt, known: dict[str, str]) -> bool:
    return known.get(prompt.name) != prompt.digest() or not prompt.wav.exists()


def render(prompt: Prompt) -> level.Samples:
    """The audio of a prompt at 8 kHz."""
    if prompt.key == texts.TONE:
        return level.tone()
    if not prompt.speech:
        milliseconds = int(prompt.key.removeprefix(texts.SILENCE))
        return np.zeros(milliseconds * level.RATE // 1000)
    return level.even(_speech(prompt))


def _speech(prompt: Prompt) -> level.Samples:
    import soxr  # with the voices, not needed for beep and pauses or to accept a file

    from sounds import pronounce, voice

    read = pronounce.mandarin if texts.is_mandarin(prompt.text) else pronounce.english
    text = prompt.text + "." * (len(prompt.text) == 1)  # a syllable alone is cut short without a full stop
    wide = voice.synthesize(read(text).strip(), prompt.speaker.voice, prompt.speaker.speed)
    whole = level.trim(wide, voice.RATE)  # before narrowing, which takes most of an s or q
    return np.asarray(soxr.resample(whole, voice.RATE, level.RATE, quality="VHQ"), dtype=np.float64)


if __name__ == "__main__":
    main()
