"""The file of settings that lies in the project says what the built-in values are."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from hotline.settings_file import PROJECT, Settings, load

FILE = PROJECT / "hotline.toml"


def uncommented() -> str:
    """The file with every value in force."""
    return re.sub(r"(?m)^# (\w+ +?= )", r"\1", FILE.read_text(encoding="utf-8"))


def keys(model: type[BaseModel], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= keys(inner, f"{name}.")
        else:
            found.add(prefix + name)
    return found


def written(table: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in table.items():
        found |= written(value, f"{name}.") if isinstance(value, dict) else {prefix + name}
    return found


def test_every_setting_is_listed() -> None:
    assert written(tomllib.loads(uncommented())) == keys(Settings)


def test_the_listed_values_are_the_built_in_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hotline.toml").write_text(uncommented(), encoding="utf-8")
    monkeypatch.chdir(PROJECT)  # relative paths in the file are relative to the project
    built_in = load()
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    listed = load()
    for path in ("models_dir", "asterisk_root"):
        assert (PROJECT / getattr(listed, path)).resolve() == getattr(built_in, path)
    skip = {"models_dir", "asterisk_root"}
    assert listed.model_dump(exclude=skip) == built_in.model_dump(exclude=skip)
