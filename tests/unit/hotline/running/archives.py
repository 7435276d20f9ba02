"""Archives made by hand: what an attacker, or a loss of power, makes of a backup."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

from hotline.running import seal
from hotline.running.seal import Sealing

Change = Callable[[tarfile.TarFile], None]


def member(
    name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.type, info.linkname, info.mode = kind, link, mode
    return info, content


def add(tar: tarfile.TarFile, *members: tuple[tarfile.TarInfo, bytes]) -> None:
    for info, content in members:
        tar.addfile(info, io.BytesIO(content))


def changed(source: Path, target: Path, change: Change, form: int = tarfile.GNU_FORMAT) -> Path:
    """A copy of an archive with something more in it, and no seal."""
    with tarfile.open(source) as old, tarfile.open(target, "w", format=form) as new:
        for info in old:
            new.addfile(info, old.extractfile(info))
        change(new)
    return target


def replaced(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A copy of an archive with another content of one file, and no seal."""
    with tarfile.open(source) as old, tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as new:
        for info in old:
            if info.name == name:
                add(new, member(name, content))
            else:
                new.addfile(info, old.extractfile(info))
    return target


def without_seal(source: Path, target: Path) -> Path:
    target.write_bytes(source.read_bytes()[: -seal.SEAL_BYTES])
    return target


def sealed(source: Path, key: bytes) -> Path:
    """Seal what an attacker made, with a key."""
    content = source.read_bytes()
    with source.open("wb") as file:
        sealing = Sealing(file, key)
        sealing.write(content)
        sealing.finish()
    return source


def two(first: tuple[tarfile.TarInfo, bytes], second: tuple[tarfile.TarInfo, bytes]) -> Change:
    return lambda tar: add(tar, first, second)
