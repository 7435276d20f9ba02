"""Archives that somebody made to harm: none of it is written."""

import io
import tarfile
from pathlib import Path

import pytest

from hotline.running.archive import SQLITE_COPY
from tests.kit.backups import assert_refused, elsewhere
from tests.unit.hotline.running import archives
from tests.unit.hotline.running.archives import add, member, two

HOSTILE: dict[str, tuple[tarfile.TarInfo, bytes]] = {
    "configuration of Asterisk": member("asterisk/etc/cli.conf", b"[startup_commands]\n!id = yes\n"),
    "settings": member("hotline.toml"),
    "parent": member("../escaped.wav"),
    "parent in the middle": member("store/2026/../../../escaped.wav"),
    "parent in a name of ours": member("spool/../asterisk/etc/cli.conf"),
    "absolute": member("/etc/cron.d/escaped"),
    "absolute, twice": member("//spool/1763885000.1.00.wav"),
    "here": member("./spool/1763885000.1.00.wav"),
    "symbolic link": member("store/2026", b"", tarfile.SYMTYPE, "/var"),
    "symbolic link with a name of ours": member("secrets/seats.json", b"", tarfile.SYMTYPE, "/etc/passwd"),
    "hard link": member("spool/1763885000.9.00.wav", b"", tarfile.LNKTYPE, "hotline.db"),
    "device": member("spool/1763885000.9.00.wav", b"", tarfile.CHRTYPE),
    "block device": member("spool/1763885000.9.00.wav", b"", tarfile.BLKTYPE),
    "pipe": member("spool/1763885000.9.00.wav", b"", tarfile.FIFOTYPE),
    "folder": member("spool/1763885000.9.00.wav", b"", tarfile.DIRTYPE),
    "contiguous file": member("spool/1763885000.9.00.wav", b"", tarfile.CONTTYPE),
    "unknown kind": member("spool/1763885000.9.00.wav", b"", b"Z"),
    "unknown secret": member("secrets/authorized_keys"),
    "hidden secret": member("secrets/.seats.json"),
    "secret below": member("secrets/seats.json/x"),
    "write-ahead log": member("hotline.db-wal"),
    "journal": member("hotline.db-journal"),
    "broker": member("broker.db"),
    "heartbeat": member("run/queue-log.json"),
    "no key of the store": member(f"store/2026/01/02/{'0' * 31}.wav"),
    "key of the store in capitals": member(f"store/2026/01/02/{'A' * 32}.wav"),
    "key with other digits": member(f"store/２０２６/01/02/{'0' * 32}.wav"),
    "key with a line break": member(f"store/2026/01/02/{'0' * 32}.wav\n"),
    "program in the store": member(f"store/2026/01/02/{'0' * 32}.sh", mode=0o4755),
    "strange name in the spool": member("spool/投诉.wav"),
    "spool, deeper": member("spool/a/1763885000.1.00.wav"),
    "line break in the spool": member("spool/1763885000.1.00.wav\n"),
    "escape in the spool": member("spool/\x1b[2J.00.wav"),
    "other digits in the spool": member("spool/1763885000.1.٠٠.wav"),
    "long name": member("spool/" + "a" * 300 + ".00.wav"),
    "long name that leads out": member("../" * 60 + "escaped.wav"),
    "note that is too long": member("spool/1763885000.9.json", b" " * 70_000),
    "the same in capitals": member("HOTLINE.DB"),
    "empty": member(""),
    "marker": member("unfinished-restore/x"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_none_of_ours_is_refused_before_anything_is_written(
    good: Path, tmp_path: Path, what: str
) -> None:
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        path = archives.changed(good, tmp_path / "bad.tar", lambda tar: add(tar, HOSTILE[what]), form)
        assert_refused(path, elsewhere(tmp_path), "no backup of ours|no whole archive")


def pax(**headers: str) -> archives.Change:
    def change(tar: tarfile.TarFile) -> None:
        info, content = member("spool/1763885000.9.00.wav")
        info.pax_headers = {name.replace("_", "."): value for name, value in headers.items()}
        tar.addfile(info, io.BytesIO(content))

    return change


TRICKS: dict[str, archives.Change] = {
    "symbolic link, then a file through it": two(
        member("store/2026", b"", tarfile.SYMTYPE, "/var"), member(f"store/2026/01/02/{'0' * 32}.wav")
    ),
    "the database twice": two(member(SQLITE_COPY), member("secrets/seats.json")),
    "twice": two(member("spool/1763885000.8.00.wav"), member("spool/1763885000.8.00.wav")),
    "twice but for capitals": two(member("spool/call-a.00.wav"), member("spool/call-A.00.wav")),
    "pax path": pax(path="../escaped.wav"),
    "pax path of ours": pax(path="spool/1763885000.7.00.wav"),
    "pax link": pax(linkpath="/etc/passwd"),
    "pax size below zero": pax(size="-1024"),
    "pax size": pax(size="99999999999999"),
    "pax sparse": pax(GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_name="../escaped.wav"),
    "pax sparse map": pax(GNU_sparse_map="0,1", GNU_sparse_size="99999999999"),
}


@pytest.mark.parametrize("what", TRICKS)
def test_tricks_of_the_format_are_refused(good: Path, tmp_path: Path, what: str) -> None:
    path = archives.changed(good, tmp_path / "bad.tar", TRICKS[what], tarfile.PAX_FORMAT)
    assert_refused(path, elsewhere(tmp_path), "the archive")


def header(kind: bytes, size: bytes, name: bytes = b"spool/1763885000.9.00.wav") -> bytes:
    """A header as no program writes it."""
    info = bytearray(tarfile.TarInfo(name.decode()).tobuf(tarfile.GNU_FORMAT))
    info[124:136], info[156:157] = size.ljust(12, b"\0"), kind
    info[148:156] = b"%06o\0 " % (sum(info) - sum(info[148:156]) + 8 * ord(" "))
    return bytes(info)


@pytest.mark.parametrize(
    "block",
    [
        header(b"0", b"\xff" * 12),  # below zero: tarfile of Python 3.11.2 runs in a circle
        header(b"0", b"\xff" * 11 + b"\0"),
        header(b"0", b"\x80" + b"\x7f" * 11),
        header(b"x", b"77777777777\0"),  # tarfile would read 8 GiB into memory
        header(b"g", b"00000000000\0"),
        header(b"L", b"77777777777\0"),
        header(b"K", b"00000000005\0"),
        header(b"S", b"00000000000\0"),
        header(b"x", b"00000000000\0") * 3000,  # one in the other
        header(b"V", b"00000000000\0"),
        header(b"M", b"00000000000\0"),
        header(b"N", b"00000000000\0"),
    ],
)
@pytest.mark.timeout(60)
def test_headers_that_no_program_writes(good: Path, tmp_path: Path, block: bytes) -> None:
    content = archives.without_seal(good, tmp_path / "bad.tar").read_bytes().rstrip(b"\0")
    padded = content + b"\0" * (-len(content) % 512)
    (tmp_path / "bad.tar").write_bytes(padded + block + b"\0" * 10240)
    assert_refused(tmp_path / "bad.tar", elsewhere(tmp_path), "the archive")


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_nothing_is_decompressed(good: Path, tmp_path: Path, mode: str) -> None:
    with tarfile.open(good) as old, tarfile.open(tmp_path / "bad.tar", mode) as new:  # type: ignore[call-overload]
        for info in old:
            new.addfile(info, old.extractfile(info))
    assert_refused(tmp_path / "bad.tar", elsewhere(tmp_path), "no whole archive")
