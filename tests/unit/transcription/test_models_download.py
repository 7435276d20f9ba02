"""Downloading over a poor line, from a real server on this machine."""

import hashlib
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from transcription.download import download
from transcription.models import ModelError

CONTENT = bytes(range(256)) * 4096
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Archive(ThreadingHTTPServer):
    """Serves ``content``; the first ``breaks`` answers stop in the middle."""

    daemon_threads = True
    content = CONTENT
    breaks = 0
    status = 0
    knows_ranges = True

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/model.zip"


class _Answer(BaseHTTPRequestHandler):
    server: Archive

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.knows_ranges else 0
        rest = self.server.content[start:]
        self.send_response(self.server.status or (416 if not rest else 206 if start else 200))
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if self.server.breaks:
            self.server.breaks -= 1
            rest = rest[: len(rest) // 2]
        self.wfile.write(rest)

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def test_a_file_is_fetched_whole(archive: Archive, tmp_path: Path) -> None:
    assert download(archive.url, tmp_path / "model.zip", DIGEST).read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["model.zip"]


def test_a_download_that_broke_off_goes_on_where_it_stopped(archive: Archive, tmp_path: Path) -> None:
    archive.breaks = 1
    with pytest.raises(ModelError, match="broke off; run the same command again"):
        download(archive.url, tmp_path / "model.zip", DIGEST)
    assert not (tmp_path / "model.zip").exists()
    half = (tmp_path / "model.zip.part").stat().st_size
    assert half == len(CONTENT) // 2
    assert download(archive.url, tmp_path / "model.zip", DIGEST).read_bytes() == CONTENT
    assert archive.asked == [None, f"bytes={half}-"]


def test_a_server_without_ranges_begins_again(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").write_bytes(b"from before")
    archive.knows_ranges = False
    assert download(archive.url, tmp_path / "model.zip", DIGEST).read_bytes() == CONTENT


def test_what_was_fetched_but_not_yet_checked_is_not_fetched_again(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").write_bytes(CONTENT)
    assert download(archive.url, tmp_path / "model.zip", DIGEST).read_bytes() == CONTENT


def test_other_content_is_thrown_away(archive: Archive, tmp_path: Path) -> None:
    archive.content = CONTENT[:-1] + b"!"
    with pytest.raises(ModelError, match=r"model.zip is not the file that was published: its SHA-256 is"):
        download(archive.url, tmp_path / "model.zip", DIGEST)
    assert not list(tmp_path.iterdir())


def test_a_server_that_refuses_is_named(archive: Archive, tmp_path: Path) -> None:
    archive.status = 503
    with pytest.raises(ModelError, match=r"127\.0\.0\.1 answers 503"):
        download(archive.url, tmp_path / "model.zip", DIGEST)


def test_a_closed_network_is_one_sentence_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelError) as refusal:
        download(f"http://127.0.0.1:{port}/model.zip", tmp_path / "model.zip", DIGEST)
    assert "does not let this machine reach 127.0.0.1" in str(refusal.value)
    assert str(refusal.value).endswith("run: hotline models install model.zip")
    assert "\n" not in str(refusal.value)


def test_a_full_disk_is_one_sentence(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").symlink_to("/dev/full")
    with pytest.raises(ModelError, match=r"model.zip.part cannot be written \(No space left on device\)"):
        download(archive.url, tmp_path / "model.zip", DIGEST)
