"""PDF files: whether one is whole, readable by all, and does nothing by itself.

What runs or starts something is refused, and not taken out: what a petitioner hands in stays as it is. It is
looked for outside of streams and in streams that hold objects, with names written in whatever way. Whoever
hides it better is stopped by the readers: those of browsers start no program, and know no page of ours.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from hotline.documents.refusals import CannotKeep
from hotline.refusals import Refused

_END_WITHIN = 1024
"""So near its end a file says that it ends; some programs append a line or two."""
_MOST_UNPACKED = 32 << 20
"""Of the objects in streams; a document of a thousand pages has some hundred kilobytes of them."""
_NAME_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")
_AFTER = rb"(?=[\s/<>\[\]()%]|$)"
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch)" + _AFTER)
_LONG_NAMES = re.compile(rb"/(?:JavaScript|Launch)" + _AFTER)
"""What packed data holds by no accident, and so is looked for in all of a file."""
_LOCKED = re.compile(rb"/Encrypt" + _AFTER)
_HOLDS_OBJECTS = re.compile(rb"/ObjStm" + _AFTER)
_BEFORE_A_STREAM = 2048
"""Where the dictionary of a stream stands, in bytes before it."""


def check(path: Path) -> None:
    """Raises Refused, for ``file``, where a file that begins as a PDF is none to be kept."""
    content = path.read_bytes()
    if b"%%EOF" not in content[-_END_WITHIN:]:
        raise Refused("file", CannotKeep.DAMAGED)
    streams = list(_streams(content))
    outside = _plain(_without(content, streams))
    if _LOCKED.search(outside):
        raise Refused("file", CannotKeep.LOCKED)
    within = (_plain(each) for each in _objects(content, streams))
    if _LONG_NAMES.search(content) or _ACTS.search(outside) or any(map(_ACTS.search, within)):
        raise Refused("file", CannotKeep.PROGRAMS_IN_PDF)


def _streams(content: bytes) -> Iterator[tuple[int, int]]:
    """Begin and end of what each stream holds. Looks at every byte once, whatever the file claims."""
    at = 0
    while (word := content.find(b"stream", at)) >= 0:
        begin = word + len(b"stream")
        end = content.find(b"endstream", begin)
        if end < 0:
            return
        yield begin, end
        at = end + len(b"endstream")


def _without(content: bytes, streams: list[tuple[int, int]]) -> bytes:
    ends = [0, *(end for _, end in streams)]
    begins = [*(begin for begin, _ in streams), len(content)]
    return b" ".join(content[end:begin] for end, begin in zip(ends, begins, strict=True))


def _plain(content: bytes) -> bytes:
    """With the letters of names that were written as numbers: ``/J#53`` is ``/JS``."""
    return _NAME_CODE.sub(lambda code: bytes([int(code[1], 16)]), content)


def _objects(content: bytes, streams: list[tuple[int, int]]) -> Iterator[bytes]:
    """What the streams that hold objects unpack to. Raises Refused where that is far too much."""
    left = _MOST_UNPACKED
    for begin, end in streams:
        before = content[max(0, begin - _BEFORE_A_STREAM) : begin]
        if not _HOLDS_OBJECTS.search(_plain(before.rpartition(b"obj")[2])):
            continue
        try:
            unpacked = zlib.decompressobj().decompress(content[begin:end].lstrip(b"\r\n"), left)
        except zlib.error:
            continue  # packed in another way, or damaged: no reader finds an object in it, either
        left -= len(unpacked)
        if left <= 0:
            raise Refused("file", CannotKeep.UNPACKS_TOO_LARGE)
        yield unpacked
