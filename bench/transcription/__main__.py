"""``python -m bench.transcription``: what the transcription costs and how well it hears, as Markdown."""

import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from bench.transcription import corpus, errors, hotline_worker, memory, speed, variants
from hotline.settings_file import PROJECT, Settings
from transcription import choice, models
from transcription.vosk_engine import VoskEngine

_AUDIO = PROJECT.parent / "shared" / "audio"
_PARTS = ("errors", "speed", "memory")


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(_PARTS))
@click.option(
    "--audio",
    type=click.Path(path_type=Path),
    envvar="HOTLINE_BENCH_AUDIO",
    default=_AUDIO,
    show_default=False,
    help="The folder with aishell1/ and zeroth/; otherwise HOTLINE_BENCH_AUDIO, or ../shared/audio.",
)
@click.option("--utterances", type=click.IntRange(1), help="Only the first so many of each folder.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Rounds of speed.")
@click.option("--thorough", is_flag=True, help="Also both sides of every number of the front-end.")
def main(parts: tuple[str, ...], audio: Path, utterances: int | None, rounds: int, thorough: bool) -> None:
    """Measure PARTS (all by default): characters wrong, speed of the worker, memory of its processes."""
    speech = {
        language: corpus.utterances(audio / folder, utterances) for language, folder in corpus.FOLDERS.items()
    }
    click.echo(_machine())
    for language, folder in corpus.FOLDERS.items():
        if not speech[language]:
            click.echo(f"\nMissing: {audio / folder} with transcripts.tsv; nothing is measured on it.")
    if "errors" in (parts or _PARTS):
        _print(_errors(speech, thorough))
    korean = Settings().models_dir / models.KOREAN.name
    if not speech["ko"] or not models.is_installed(models.KOREAN, korean.parent):
        click.echo(
            f"\nSpeed and memory need {models.KOREAN.name} (hotline models fetch {models.KOREAN.name})."
        )
        return
    with tempfile.TemporaryDirectory() as state_dir:
        hotline_worker.new_hotline(Path(state_dir), models.KOREAN.name)
        if "speed" in (parts or _PARTS):
            click.echo("\n## Speed\n")
            _print(speed.table(korean, speech["ko"], rounds))
        if "memory" in (parts or _PARTS):
            click.echo("\n## Memory\n")
            _print(memory.table(speech["ko"]))


def _errors(speech: dict[str, list[corpus.Utterance]], thorough: bool) -> Iterator[str]:
    models_dir = Settings().models_dir
    for model, language in ((models.KOREAN, "ko"), (models.MANDARIN, "zh"), (models.WHISPER, "zh")):
        if not speech[language]:
            continue
        title = f"{model.name}, {len(speech[language])} utterances of {corpus.FOLDERS[language]}"
        yield f"\n## Characters wrong: {title}\n"
        if not models.is_installed(model, models_dir):
            yield f"{model.name} is not installed (hotline models fetch {model.name})."
            continue
        ways = variants.for_vosk(thorough) if model.engine == "vosk" else variants.for_whisper()
        hear = _hearing(model, models_dir / model.name, language)
        yield from errors.table(errors.measured(hear, speech[language], ways))


def _hearing(model: models.Model, directory: Path, language: str) -> errors.Hearing:
    if model.engine == "vosk":
        return VoskEngine(directory).recognise  # without the front-end, which is among the variants
    engine = choice.load(model, directory.parent, os.cpu_count() or 1)
    return lambda audio: engine.transcribe(audio, language).words


def _machine() -> str:
    processor = next(
        (
            row.split(":")[1].strip()
            for row in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in row
        ),
        platform.machine(),
    )
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return f"{os.cpu_count()} × {processor}, {memory_mib} MiB, Python {platform.python_version()}"


def _print(lines: Iterator[str]) -> None:
    for row in lines:
        click.echo(row)


if __name__ == "__main__":
    main()
