"""Unpacking models from ZIP files, without trusting a single name in them."""

import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from transcription.models import ModelError

_PART = re.compile(r"\.part\d+$")


def unpack(archive: Path, target: Path, inside: str | None = None) -> None:
    """Unpack the folder ``inside`` of a ZIP file, or else its only folder, into ``target``.

    Files named ``x.part1``, ``x.part2`` … become the one file ``x``, across archives unpacked in order.
    Raises ModelError for anything that is no ZIP file, lies outside, is a link or would fill the disk.
    """
    try:
        with zipfile.ZipFile(archive) as content:
            files = [each for each in content.infolist() if not each.is_dir()]
            _check(files, archive, target)
            folder = PurePosixPath(inside) if inside else _only_folder(files)
            for member, path in _below(folder, files):
                _extract(content, member, target / path)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{archive.name} is not a whole ZIP file ({error}); fetch it again.") from error


def _check(files: list[zipfile.ZipInfo], archive: Path, target: Path) -> None:
    for member in files:
        path = PurePosixPath(member.filename)
        link = stat.S_ISLNK(member.external_attr >> 16)
        if link or path.is_absolute() or ".." in path.parts or "\\" in member.filename:
            raise ModelError(f"{archive.name} wants to write outside its folder; nothing was unpacked.")
    needed, free = sum(member.file_size for member in files), shutil.disk_usage(target).free
    if needed > free:
        raise ModelError(
            f"{archive.name} needs {needed >> 20} MB and the disk has {free >> 20}; free some room."
        )


def _only_folder(files: list[zipfile.ZipInfo]) -> PurePosixPath:
    tops = {PurePosixPath(member.filename).parts[0] for member in files}
    return PurePosixPath(tops.pop()) if len(tops) == 1 else PurePosixPath()


def _below(
    folder: PurePosixPath, files: list[zipfile.ZipInfo]
) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    for member in files:
        path = PurePosixPath(member.filename)
        if path.is_relative_to(folder):
            yield member, path.relative_to(folder)


def _extract(content: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    whole = path.with_name(_PART.sub("", path.name))
    whole.parent.mkdir(parents=True, exist_ok=True)
    with content.open(member) as source, whole.open("ab") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
