"""Pictures are drawn anew: upright, the same to look at, and without anything beside their pixels."""

from pathlib import Path

import numpy
import pytest
from PIL import Image

from hotline.documents import images
from hotline.documents.refusals import CannotKeep
from hotline.refusals import Refused
from tests.kit.documents import photograph, picture, png_of


def drawn(folder: Path, content: bytes, kind: str = "jpg") -> Path:
    source, target = folder / "source", folder / "target"
    source.write_bytes(content)
    target.touch()
    images.write_clean(source, target, kind)
    return target


def test_a_photograph_is_upright_and_says_no_place(tmp_path: Path) -> None:
    content = photograph()
    assert b"Telephone" in content
    target = drawn(tmp_path, content)
    with Image.open(target) as image:
        assert image.size == (20, 40) and not image.getexif()
        red, _, blue = image.convert("RGB").getpixel((10, 2))  # type: ignore[misc]
        assert red > 200 > 100 > blue  # what was on the left is at the top
    assert b"Exif" not in target.read_bytes() and b"Telephone" not in target.read_bytes()


@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_what_stands_behind_a_picture_goes(tmp_path: Path, kind: str) -> None:
    content = picture({"jpg": "JPEG", "png": "PNG"}[kind], icc_profile=b"secret" * 9) + b"PK\x05\x06<script>"
    kept = drawn(tmp_path, content, kind).read_bytes()
    assert b"script" not in kept and b"secret" not in kept and b"PK\x05\x06" not in kept


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_kind_looks_the_same(tmp_path: Path, mode: str) -> None:
    grey = numpy.full(
        (4, 6), 200 << 8 if mode == "I;16" else 200, dtype="uint16" if mode == "I;16" else "uint8"
    )
    image = Image.fromarray(grey)
    (image if mode == "I;16" else image.convert(mode)).save(tmp_path / "source.png")
    target = drawn(tmp_path, (tmp_path / "source.png").read_bytes(), "png")
    with Image.open(target) as kept:
        assert kept.size == (6, 4)
        assert kept.convert("L").getpixel((1, 1)) in ({0, 255} if mode == "1" else {199, 200, 201})


def test_what_is_clear_stays_clear(tmp_path: Path) -> None:
    Image.new("P", (4, 4), 0).save(tmp_path / "source.png", transparency=0)
    with Image.open(drawn(tmp_path, (tmp_path / "source.png").read_bytes(), "png")) as kept:
        assert kept.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("kind", ["CMYK", "L", "MPO"])
def test_a_jpeg_of_any_kind_is_one_that_browsers_show(tmp_path: Path, kind: str) -> None:
    """Of printers, of fax machines, and of telephones that put a second picture behind the first."""
    drawn_first = Image.new("RGB" if kind == "MPO" else kind, (8, 4))
    more = {"save_all": True, "append_images": [drawn_first.copy()]} if kind == "MPO" else {}
    drawn_first.save(tmp_path / "source.jpg", "MPO" if kind == "MPO" else "JPEG", **more)
    with Image.open(drawn(tmp_path, (tmp_path / "source.jpg").read_bytes())) as kept:
        assert (kept.format, kept.size, kept.mode) == ("JPEG", (8, 4), "L" if kind == "L" else "RGB")


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (picture()[:-200], "jpg", CannotKeep.DAMAGED),
        (picture()[:30], "jpg", CannotKeep.DAMAGED),
        (picture("PNG")[:60], "png", CannotKeep.DAMAGED),
        (b"\xff\xd8\xff" + b"\0" * 100, "jpg", CannotKeep.DAMAGED),
        (picture("PNG"), "jpg", CannotKeep.DAMAGED),
        (png_of(8_000, 8_000), "png", CannotKeep.TOO_MANY_PIXELS),
        (png_of(60_000, 60_000), "png", CannotKeep.TOO_MANY_PIXELS),
        (png_of(30_000, 10), "png", CannotKeep.TOO_MANY_PIXELS),
    ],
    ids=["cut off", "only begun", "PNG cut off", "no picture", "another kind", "large", "a bomb", "a strip"],
)
def test_what_is_no_picture_to_be_kept(tmp_path: Path, content: bytes, kind: str, reason: CannotKeep) -> None:
    with pytest.raises(Refused) as refused:
        drawn(tmp_path, content, kind)
    assert refused.value.reason is reason
