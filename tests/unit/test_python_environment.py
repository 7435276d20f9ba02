"""``scripts/python-environment`` stops before it touches anything, and says what the matter is."""

import subprocess
from pathlib import Path

import pytest

from hotline.settings_file import PROJECT

SCRIPT = PROJECT / "scripts" / "python-environment"
OWN = "/usr/bin/python3"


def said(python: str, script: Path = SCRIPT) -> str:
    done = subprocess.run([script, python], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and not done.stdout
    return done.stderr


@pytest.mark.parametrize("python", ["/nowhere/python3.11", "python3.99"])
def test_a_python_that_is_not_there(python: str) -> None:
    told = said(python)
    assert f"there is no {python}: run make again with PYTHON=" in told and "older" not in told


def test_debians_own_that_is_gone(tmp_path: Path) -> None:
    """Its package is installed, and the file is not there: the script with another name for the file."""
    script, gone = tmp_path / "scripts" / "python-environment", str(tmp_path / "python3")
    script.parent.mkdir()
    script.write_text(SCRIPT.read_text(encoding="utf-8").replace(OWN, gone), encoding="utf-8")
    script.chmod(0o755)
    told = said(gone, script)
    assert f"{gone} is missing" in told and "apt-get install --reinstall" in told and "older" not in told


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    assert f"{old} is older than 3.11" in said(str(old))
