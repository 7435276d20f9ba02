"""Pictures are drawn anew: what is kept are the pixels, upright, and nothing that stood beside them.

So a place that a telephone wrote into a photograph of somebody's flat goes, and so does whatever else a file
may hide. The SHA-256 of what was handed in is kept: who still has that file can show that it is the one.
"""

import struct
import threading
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from hotline.documents.refusals import CannotKeep
from hotline.refusals import Refused

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 50_000_000
"""A telephone's 48 megapixels; in memory about 150 MB, twice while it is turned upright."""
LONGEST_SIDE = 20_000
"""Pixels: a long conversation of a messenger in one picture."""
JPEG_QUALITY = 90
_FORMATS = {"jpg": "JPEG", "png": "PNG"}
_KEPT_MODES = {"jpg": ("L", "RGB"), "png": ("1", "L", "LA", "RGB", "RGBA")}
_one_at_a_time = threading.Lock()
"""Of each process: several large pictures at once would take a small server's memory."""


def write_clean(source: Path, target: Path, kind: str) -> None:
    """Draw a picture anew, ``kind``: jpg or png, into a file that is there and empty.

    Raises Refused, for ``file``, where it is damaged, cut off, or has more pixels than MOST_PIXELS.
    """
    from PIL import Image, ImageOps  # not for every process: it takes a while to load

    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is asked below
        try:
            with Image.open(source, formats=[_FORMATS[kind]]) as image:
                _ask_size(*image.size)
                image.load()
                upright = _plain(ImageOps.exif_transpose(image), kind)
        except Image.DecompressionBombError:
            raise _too_many() from None
        except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, struct.error, zlib.error):
            raise Refused("file", CannotKeep.DAMAGED) from None
        with target.open("r+b") as file:
            upright.save(file, _FORMATS[kind], **({"quality": JPEG_QUALITY} if kind == "jpg" else {}))


def _plain(image: "Image.Image", kind: str) -> "Image.Image":
    """In a way of counting colours that every browser shows, and with the pixels alone."""
    import numpy
    from PIL import Image

    if image.mode.startswith("I;16"):  # Pillow would cut off what is lighter than 255 of 65535
        image = Image.fromarray((numpy.asarray(image) >> 8).astype("uint8"))
    if image.mode not in _KEPT_MODES[kind]:
        is_clear = kind == "png" and image.has_transparency_data
        image = image.convert("RGBA" if is_clear else "RGB")
    image.info.clear()
    return image


def _ask_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise _too_many()


def _too_many() -> Refused:
    return Refused("file", CannotKeep.TOO_MANY_PIXELS, most=MOST_PIXELS // 1_000_000, side=LONGEST_SIDE)
