"""What was measured, as Markdown."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from bench.seats.answers import Seconds
from bench.seats.callers import Callers
from bench.seats.costs import Sample

WITHIN = 15.0
"""Seconds (GB/T 33358-2016)."""
AT_ONCE = 1.0
"""Seconds; who waited less found a seat free."""


def answered(waits: Seconds, callers: Callers, count: int, speed: float) -> str:
    """Speed of answer, from the key to the seat's answer. On a real day waiting takes as much longer."""
    free = waits[waits < AT_ONCE]
    real = np.where(waits < AT_ONCE, waits, (waits - np.median(free)) * speed)
    rows = {
        "calls": f"{count}",
        "answered by a seat": f"{len(waits)}",
        "failed": f"{len(callers.failed)} {', '.join(sorted(set(callers.failed)))}",
        "said how satisfied they were": f"{callers.rated}",
        "speed of answer, as measured: median, 95 %, longest": _three(waits, 1, "s"),
        f"found a seat free (less than {AT_ONCE:.0f} s)": f"{len(free) / len(waits):.1%}",
        "of these: median, 95 %, longest": _three(free, 1000, "ms"),
        f"on a real day ({speed:.0f} times): median, 95 %, longest": _three(real, 1, "s"),
        f"answered within {WITHIN:.0f} s on a real day": f"{(real < WITHIN).mean():.1%}",
    }
    return "\n".join(["", "| | |", "|---|---:|", *(f"| {what} | {value} |" for what, value in rows.items())])


def _three(seconds: Seconds, times: int, unit: str) -> str:
    return ", ".join(f"{times * each:.3g} {unit}" for each in np.percentile(seconds, (50, 95, 100)))


def costs(samples: Sequence[Sample], half: int, idle: float) -> str:
    """What the calls and the hours cost, part by part."""
    return "\n".join(["", *_processor(samples, half, idle), "", *_memory(samples, half)])


def _processor(samples: Sequence[Sample], half: int, idle: float) -> Iterator[str]:
    yield "| processor time | idle, s an hour | first half, ms a call | second half, ms a call | ratio |"
    yield "|---|---:|---:|---:|---:|"
    for part in samples[0].processor:
        before, first, second, _ = (
            later.processor[part] - earlier.processor[part] for earlier, later in pairwise(samples)
        )
        ratio = f"{second / first:.2f}" if first else "—"
        yield (
            f"| {part} | {before * 3600 / idle:.1f} | {1000 * first / half:.1f}"
            f" | {1000 * second / half:.1f} | {ratio} |"
        )


def _memory(samples: Sequence[Sample], half: int) -> Iterator[str]:
    yield f"| memory, MB (PSS) | at first | idle | after {half} calls | after {2 * half} calls | idle again |"
    yield "|---|---:|---:|---:|---:|---:|"
    for part in samples[0].memory:
        yield f"| {part} | " + " | ".join(f"{each.memory[part]:.1f}" for each in samples) + " |"
