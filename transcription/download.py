"""Downloading a large file over a poor line: resumed where it stopped, checked before it is used."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from tqdm import tqdm

from transcription.models import ModelError

_TIMEOUT = httpx.Timeout(30.0, connect=4.0)


def download(url: str, target: Path, expected_sha256: str) -> Path:
    """Fetch ``url`` to ``target``; what an earlier try left in ``target.part`` is kept and continued.

    An empty ``expected_sha256`` checks nothing. Raises ModelError when the network is closed or breaks
    off, and when the content is not the expected one, which is then thrown away.
    """
    part = target.with_name(f"{target.name}.part")
    host = urlsplit(url).hostname
    try:
        _continue(url, part)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise ModelError(
            f"The network does not let this machine reach {host}; fetch {url} on another one, "
            f"copy it here and run: hotline models install {target.name}"
        ) from error
    except httpx.HTTPStatusError as error:
        raise ModelError(
            f"{host} answers {error.response.status_code} for {url}; try again later."
        ) from error
    except httpx.HTTPError as error:
        raise ModelError(
            f"The download from {host} broke off; run the same command again, it goes on at "
            f"{_size(part) >> 20} MB."
        ) from error
    except OSError as error:
        raise ModelError(
            f"{part} cannot be written ({error.strerror or error}); make room or mend the folder's rights "
            "and run the same command again, it goes on where it stopped."
        ) from error
    verify(part, expected_sha256)
    return part.replace(target)


def verify(path: Path, expected_sha256: str) -> None:
    """Raise ModelError, and remove the file, unless it has the expected checksum (or none is known)."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if expected_sha256 and found != expected_sha256:
        path.unlink()
        raise ModelError(
            f"{path.name.removesuffix('.part')} is not the file that was published: its SHA-256 is {found}, "
            f"not {expected_sha256}; it was removed, fetch it again."
        )


def _continue(url: str, part: Path) -> None:
    have = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with httpx.stream("GET", url, headers=headers, timeout=_TIMEOUT, follow_redirects=True) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # everything was there already
        answer.raise_for_status()
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        _write(answer, part, have if resumed else 0)


def _write(answer: httpx.Response, part: Path, start: int) -> None:
    length = int(answer.headers.get("Content-Length", 0))
    total = start + length if length else None
    bar = tqdm(total=total, initial=start, unit="B", unit_scale=True, desc=part.stem)
    with bar, part.open("ab" if start else "wb") as file:
        for chunk in answer.iter_raw():
            file.write(chunk)
            bar.update(len(chunk))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
