"""Audio seconds for each second: the whole worker against a bare loop around Vosk on the same files."""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import vosk
from tqdm import trange

from bench.transcription import hotline_worker, line
from bench.transcription.corpus import Utterance
from transcription import telephone_front_end
from transcription.audio import Audio

_CHUNK_BYTES = 8000
_WORKER = "the whole worker"


@dataclass
class Spent:
    """Seconds of clock and of processor in each round."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, clock: float, processor: float) -> None:
        self.clock.append(clock)
        self.processor.append(processor)


def table(model_dir: Path, speech: Sequence[Utterance], rounds: int) -> Iterator[str]:
    """Lines of Markdown. The worker and the loops take turns, so that other work on the machine meets all."""
    heard = [line.through(utterance.wideband) for utterance in speech]
    widened = [telephone_front_end.widen(audio) for audio in heard]
    vosk.SetLogLevel(-1)
    model = vosk.Model(str(model_dir))
    plain, prepared, worker = Spent(), Spent(), Spent()
    with hotline_worker.running(workers=1) as parent:
        hotline_worker.take_in(speech[:1])
        hotline_worker.transcribe_all()  # the model is loaded now
        os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, parent))  # as polite as the worker
        for _ in trange(rounds, desc="speed"):
            plain.add(*_loop(model, heard))
            prepared.add(*_loop(model, widened))
            worker.add(*_worker(parent, speech))
    seconds = sum(audio.seconds for audio in heard)
    busy = os.getloadavg()[0]
    yield f"{rounds} rounds of {len(speech)} messages, {seconds:.0f} s of audio each; load {busy:.1f}."
    yield "Least / median / most of the rounds; the target is for the prepared samples, the same work.\n"
    yield "| | audio s per s of clock | per s of processor | worker against it, clock | processor |"
    yield "| --- | --- | --- | --- | --- |"
    rows = {"bare loop, prepared samples": prepared, "bare loop, files at 8000 Hz": plain, _WORKER: worker}
    for name, spent in rows.items():
        speeds = [
            _spread([seconds / each for each in all_rounds]) for all_rounds in (spent.clock, spent.processor)
        ]
        ratios = [_against(spent.clock, worker.clock), _against(spent.processor, worker.processor)]
        yield f"| {name} | {' | '.join((*speeds, *ratios))} |"


def _against(loop: Sequence[float], worker: Sequence[float]) -> str:
    """The worker's speed as a share of the loop's, round by round."""
    return _spread([one / other for one, other in zip(loop, worker, strict=True)], ".2f")


def _spread(values: Sequence[float], form: str = ".1f") -> str:
    return " / ".join(f"{each:{form}}" for each in (min(values), statistics.median(values), max(values)))


def _loop(model: vosk.Model, heard: Sequence[Audio]) -> tuple[float, float]:
    """The shortest program that transcribes: seconds of clock and of processor."""
    started, used = time.perf_counter(), time.process_time()
    for audio in heard:
        recogniser = vosk.KaldiRecognizer(model, audio.rate)
        recogniser.SetWords(True)
        content = audio.samples.tobytes()
        for at in range(0, len(content), _CHUNK_BYTES):
            if recogniser.AcceptWaveform(content[at : at + _CHUNK_BYTES]):
                recogniser.Result()
        recogniser.FinalResult()
    return time.perf_counter() - started, time.process_time() - used


def _worker(parent: int, speech: Sequence[Utterance]) -> tuple[float, float]:
    """From the sending of the messages to the last transcript."""
    hotline_worker.take_in(speech)
    used = hotline_worker.cpu_seconds(parent)
    clock = hotline_worker.transcribe_all()
    return clock, hotline_worker.cpu_seconds(parent) - used
