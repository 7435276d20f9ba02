"""Let a speech recogniser hear the prompts as a caller would: ``python -m sounds.listen``.

Prints what each prompt says, what Whisper heard at the telephone's 8 kHz, and how much of it was wrong.
Mandarin is compared by pinyin, because the characters of a name cannot be heard. Months, days and years are
heard within dates; for digits there is ``sounds.listen_digits``. A recogniser errs too: a bad figure asks for
a second look at the pronunciation, it does not prove a fault.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass

import jiwer
import numpy as np
from faster_whisper import WhisperModel
from pypinyin import lazy_pinyin
from tqdm import tqdm

from hotline import settings_file
from sounds import level, texts
from sounds.texts import Prompt

PARTS = re.compile("(digit|month|day|year)-")
SPELLED = {(prompt.key, prompt.name[:2]): prompt.text for prompt in texts.catalogue()}


@dataclass(frozen=True)
class Utterance:
    """One or more prompts in a row, as they are played."""

    language: str
    prompts: tuple[Prompt, ...]

    @property
    def text(self) -> str:
        return " ".join(prompt.text for prompt in self.prompts)

    def audio(self) -> level.Samples:
        """At Whisper's 16 kHz, doubled by way of the spectrum: nothing is added above 4 kHz."""
        narrow = np.concatenate([level.read(prompt.wav) for prompt in self.prompts])
        return np.asarray(np.fft.irfft(np.fft.rfft(narrow), 2 * len(narrow)) * 2, dtype=np.float32)


def main() -> None:
    options = _options()
    folder = settings_file.current().models_dir / "whisper-base"
    model = WhisperModel(str(folder), compute_type="int8", cpu_threads=1)
    rates = []
    for utterance in tqdm(_chosen(options), desc="listening", unit="prompt", leave=False):
        heard = hear(model, utterance)
        rates.append(error_rate(utterance.text, heard))
        if rates[-1] >= options.over / 100:
            tqdm.write(f"{rates[-1]:5.0%}  {utterance.prompts[0].name}", end="")
            tqdm.write(f"\n       {utterance.text}\n       {heard}")
    print(f"{len(rates)} heard, {np.mean(rates):.1%} of syllables or words wrong on average")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sounds.listen", description="Recognise the prompts.")
    parser.add_argument("--language", choices=texts.LANGUAGES, help="this language only")
    parser.add_argument("--units", action="store_true", help="the names of units instead of the catalogue")
    parser.add_argument("--over", type=float, default=0, metavar="PERCENT", help="only what is this wrong")
    parser.add_argument("key", nargs="*", help="these prompts only, such as goodbye")
    return parser.parse_args()


def _chosen(options: argparse.Namespace) -> list[Utterance]:
    languages = [options.language] if options.language else texts.LANGUAGES
    every = [utterance for language in languages for utterance in _utterances(language, options.units)]
    return [one for one in every if not options.key or one.prompts[0].key in options.key]


def _utterances(language: str, by_unit: bool) -> Iterator[Utterance]:
    if by_unit:
        yield from (Utterance(language, (unit,)) for unit in texts.units(languages=(language,)))
        return
    named = {prompt.key: prompt for prompt in texts.catalogue() if prompt.name.startswith(f"{language}/")}
    single = [prompt for prompt in named.values() if prompt.speech and not PARTS.match(prompt.key)]
    yield from (Utterance(language, (prompt,)) for prompt in single)
    for keys in _dates(language):
        yield Utterance(language, tuple(named[key] for key in keys))


def _dates(language: str) -> list[list[str]]:
    """A date for each day of a month, which bring every month and year too."""
    dates = [(f"year-{2025 + day % 12}", f"month-{day % 12 + 1}", f"day-{day}") for day in range(1, 32)]
    return [["case-received-on", *(date if language == "zh" else (*date[1:], date[0]))] for date in dates]


def hear(model: WhisperModel, utterance: Utterance) -> str:
    spoken_in = "zh" if texts.is_mandarin(utterance.text) else "en"
    segments, _ = model.transcribe(utterance.audio(), language=spoken_in, condition_on_previous_text=False)
    return "".join(segment.text for segment in segments).strip()


def error_rate(said: str, heard: str) -> float:
    """Share of syllables (Mandarin) or words (English) that came out wrong, with numerals spelled out."""
    sounds = _syllables if texts.is_mandarin(said) else _words
    return float(jiwer.wer(sounds(said), sounds(heard) or "-"))


def _syllables(text: str) -> str:
    text = re.sub(r"\d+(?=[月日号位])", lambda found: SPELLED[f"day-{int(found[0])}", "zh"][:-1], text)
    text = re.sub(r"\d", lambda found: SPELLED[f"digit-{found[0]}", "zh"], text)
    syllables = lazy_pinyin(re.sub(r"[^\u4e00-\u9fff]", "", text))
    return " ".join("yao" if syllable == "yi" else syllable for syllable in syllables)  # both are one


def _words(text: str) -> str:
    text = re.sub(r"(\d+)(?:st|nd|rd|th)", lambda found: SPELLED[f"day-{int(found[1])}", "en"], text.lower())
    text = re.sub(r"20[23]\d", lambda found: SPELLED.get((f"year-{found[0]}", "en"), found[0]), text)
    text = re.sub(r"\d", lambda found: f" {SPELLED[f'digit-{found[0]}', 'en']} ", text.replace("10", "ten"))
    return " ".join(re.sub(r"[^a-z]", " ", text.lower()).split())


if __name__ == "__main__":
    main()
