"""Characters wrong, for an engine and each way to it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tqdm import tqdm

from bench.transcription.corpus import Utterance
from bench.transcription.variants import Variant
from transcription import accuracy, text
from transcription.audio import Audio
from transcription.draft import Word

Hearing = Callable[[Audio], Iterable[Word]]


@dataclass(frozen=True)
class Errors:
    """Wrong characters among those said."""

    variant: str
    wrong: int
    said: int

    @property
    def rate(self) -> float:
        return self.wrong / self.said


def measured(hear: Hearing, speech: Sequence[Utterance], variants: Iterable[Variant]) -> Iterator[Errors]:
    """Hear all the speech in every variant."""
    for variant in variants:
        wrong = said = 0
        for utterance in tqdm(speech, desc=variant.name, leave=False):
            heard = text.join(word.text for word in hear(variant.prepare(utterance.wideband)))
            wrong += accuracy.wrong_characters(utterance.said, heard)
            said += len(accuracy.spoken(utterance.said))
        yield Errors(variant.name, wrong, said)


def table(found: Iterable[Errors]) -> Iterator[str]:
    """Lines of Markdown, while they are measured; the last column is relative to the first row."""
    yield "| what the engine hears | characters wrong | | × the first |"
    yield "| --- | --- | --- | --- |"
    first = None
    for errors in found:
        first = first or errors
        share = errors.rate / first.rate if first.wrong else float("nan")
        yield f"| {errors.variant} | {errors.wrong} of {errors.said} | {errors.rate:.1%} | {share:.2f} |"
