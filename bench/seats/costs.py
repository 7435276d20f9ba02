"""Processor time and memory of each part of the hotline, its children with it."""

from dataclasses import dataclass

from bench.calls import cpu
from bench.transcription import processes
from tests.kit.instance import HotlineInstance


@dataclass(frozen=True)
class Sample:
    """At one moment: seconds of processor time so far, and megabytes (PSS), by part."""

    processor: dict[str, float]
    memory: dict[str, float]


def sample(hotline: HotlineInstance) -> Sample:
    """What each part has used so far, and holds now."""
    trees = {part: _tree(process.pid) for part, process in hotline.processes.items()}
    return Sample(
        {part: cpu.used_by(pids) for part, pids in trees.items()},
        {part: sum(processes.memory(pid).proportional for pid in pids) for part, pids in trees.items()},
    )


def _tree(pid: int) -> list[int]:
    return [pid, *(each for child in processes.children(pid) for each in _tree(child))]
