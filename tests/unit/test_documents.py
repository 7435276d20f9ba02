"""Documents: decisions say how they stand, the index says the same, nothing points at what is not there."""

import re
import subprocess
from pathlib import Path

from hotline.settings import PROJECT

DECISIONS = PROJECT / "docs" / "decisions"
HEAD = re.compile(
    r"# (?P<number>\d+)\. (?P<title>.+)\n\n"
    r"Status: (?P<status>accepted|(?:amended|superseded) by (?:\[\d+\]\(\d{4}-[a-z0-9-]+\.md\)(?:, )?)+)\. "
    r"Date: (?P<date>20\d\d-\d\d-\d\d)\.\n"
)
ROW = re.compile(r"\| \[(\d+)\]\((\d{4}-[a-z0-9-]+\.md)\) \| (.+?) \| (.+?) \| (20\d\d-\d\d-\d\d) \| (.+) \|")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^()\s#]*)(?:#[^()\s]*)?\)")
CODE = re.compile(r"`((?:hotline|ivr|transcription|web|agi_scripts|asterisk_conf|tests|bench)/[\w./-]+)`")
NUMBERED = re.compile(r"\b[Dd]ecisions? (\d+)\b|docs/decisions/(\d{4})")


def written(*patterns: str) -> list[Path]:
    """Files of the project, as git knows them; what another checkout or a package holds is not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=PROJECT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [file for each in listed.stdout.splitlines() if (file := PROJECT / each).exists()]


def name(file: Path) -> str:
    return str(file.relative_to(PROJECT))


MARKDOWN = written("*.md")


def test_every_decision_has_a_number_a_status_and_a_date_and_its_row_in_the_index() -> None:
    index = (DECISIONS / "README.md").read_text()
    rows = [row.groups() for line in index.splitlines() if (row := ROW.match(line))]
    told = []
    for file in sorted(DECISIONS.glob("0*.md")):
        head = HEAD.match(file.read_text())
        assert head, f"{file.name} does not begin as docs/decisions/README.md says"
        assert head["number"] == str(int(file.name[:4])), file.name
        told.append((head["number"], file.name, head["title"], head["status"], head["date"]))
    assert len({number for number, *_ in told}) == len(told), "a number is used twice"
    assert [row[:5] for row in rows] == told


def test_what_a_document_points_at_is_there() -> None:
    astray = []
    for file in MARKDOWN:
        text = re.sub(r"(?ms)^```.*?^```$", "", file.read_text())
        astray += [
            f"{name(file)}: {link}" for link in LINK.findall(text) if not (file.parent / link).exists()
        ]
        if file.name != "CHANGELOG.md":  # it tells of what there was
            astray += [
                f"{name(file)}: {code}" for code in CODE.findall(text) if not (PROJECT / code).exists()
            ]
    assert not astray


def test_decisions_that_are_spoken_of_are_there() -> None:
    known = {int(file.name[:4]) for file in DECISIONS.glob("0*.md")}
    astray = []
    for file in [*MARKDOWN, *written("*.py", "*.c", "*.j2", "scripts/*", "setup.cfg")]:
        spoken_of = {int(short or long) for short, long in NUMBERED.findall(file.read_text())}
        astray += [f"{name(file)}: decision {number}" for number in sorted(spoken_of - known)]
    assert not astray
