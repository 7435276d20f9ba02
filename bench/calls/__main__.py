"""``python -m bench.calls``: what a call costs, and a hundred at once, as Markdown."""

import os
import platform
import tempfile
from pathlib import Path

import click

from bench.calls import hundred, ratios
from bench.calls.hotline import MOST_CALLS, running
from tests.asterisk.instance import HotlineInstance

PARTS = ("ratios", "hundred")
CALLERS = 100


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Rounds of ratios.")
@click.option(
    "--callers", type=click.IntRange(1, MOST_CALLS), default=CALLERS, show_default=True, help="At once."
)
def main(parts: tuple[str, ...], rounds: int, callers: int) -> None:
    """Measure PARTS (all by default): the cost of a call on each rung, and many callers at once.

    It starts a hotline of its own and needs about seven minutes and a quiet machine.
    """
    click.echo(machine())
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, running(Path(folder)) as hotline:
        if "ratios" in (parts or PARTS):
            click.echo(f"\n## Processor time of a call\n\n{ratios.table(ratios.measure(hotline, rounds))}")
        if "hundred" in (parts or PARTS):
            click.echo(f"\n## {callers} callers at once\n\n{_hundred(hotline, callers)}")


def machine() -> str:
    about = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in about if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} × {model}, load {os.getloadavg()[0]:.1f} before"


def _hundred(hotline: HotlineInstance, callers: int) -> str:
    outcome = hundred.measure(hotline, callers)
    failed = f": {', '.join(sorted(set(outcome.failed)))}" if outcome.failed else ""
    lines = [
        f"- at most {outcome.most_at_once} on the line at once",
        f"- {len(outcome.failed)} calls failed{failed}",
        f"- {outcome.lost} recordings lost",
        f"- {outcome.processors:.2f} processors busy with Asterisk and our server, on average",
    ]
    if outcome.responses:
        times = ", ".join(
            f"{percent} % within {outcome.percentile(percent):.0f} ms" for percent in (50, 95, 99)
        )
        lines.append(f"- menu response, from the key's release to the next prompt's first sound: {times}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
