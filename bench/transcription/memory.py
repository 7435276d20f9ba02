"""Memory of each further worker process, which shares the model with the first."""

from collections.abc import Iterator, Sequence

from bench.transcription import hotline_worker, processes
from bench.transcription.corpus import Utterance

_WORKERS = 3


def table(speech: Sequence[Utterance]) -> Iterator[str]:
    """Lines of Markdown, measured after every process has worked.

    The first worker is the parent with one process; what a further one adds is the difference to it.
    """
    alone = _after_work(1, speech)
    several = _after_work(_WORKERS, speech)
    first = sum(each.proportional for each in alone)
    further = (sum(each.proportional for each in several) - first) / (_WORKERS - 1)
    own = [each.own for each in several[1:]]
    yield "| | MB |"
    yield "| --- | --- |"
    yield f"| the first worker (parent and process, PSS) | {first:.0f} |"
    yield f"| each further one of {_WORKERS} (growth of all PSS) | {further:.0f} ({further / first:.0%}) |"
    yield f"| shared with nobody, in each process (USS) | {', '.join(f'{each:.0f}' for each in own)} |"


def _after_work(workers: int, speech: Sequence[Utterance]) -> list[processes.Memory]:
    with hotline_worker.running(workers) as parent:
        hotline_worker.take_in([*speech] * workers)
        hotline_worker.transcribe_all()
        return [processes.memory(pid) for pid in (parent, *processes.children(parent))]
