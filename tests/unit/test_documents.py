"""Documents: decisions say how they stand, the index says the same, nothing points at what is not there."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

from hotline.settings_file import PROJECT

DECISIONS = PROJECT / "docs" / "decisions"
HEAD = re.compile(
    r"# (?P<number>\d+)\. (?P<title>.+)\n\n"
    r"Status: (?P<status>accepted|(?:amended|superseded) by (?:\[\d+\]\(\d{4}-[a-z0-9-]+\.md\)(?:, )?)+)\. "
    r"Date: (?P<date>20\d\d-\d\d-\d\d)\.\n"
)
ROW = re.compile(r"\| \[(\d+)\]\((\d{4}-[a-z0-9-]+\.md)\) \| (.+?) \| (.+?) \| (20\d\d-\d\d-\d\d) \| (.+) \|")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^()\s#]*)(?:#[^()\s]*)?\)")
CODE = re.compile(
    r"`((?:hotline|ivr|transcription|web(?!/node_modules|/static/vendor)|agi_scripts|asterisk_conf|tests|bench)/[\w./-]+)`"
)
"""Files and folders; those that npm makes are there only where it has been run."""
STEP = re.compile(r"^\d+\. (\*Then\* )?`([\w./-]+)`", re.MULTILINE)
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


def test_the_picture_of_the_floors_is_the_contract() -> None:
    told = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (floors,) = (each["layers"] for each in told if each["type"] == "layers")
    for file in ("README.md", "README.zh-CN.md", "docs/developers.md"):
        picture = (PROJECT / file).read_text().partition("\n   hotline/ ")[2].partition("```")[0]
        rows = [row.rpartition("|")[0].strip() for row in f"hotline/{picture}".splitlines() if "|" in row]
        assert [row.removeprefix("hotline/").strip().replace(" · ", " | ") for row in rows] == floors, file


def test_the_journeys_through_the_code_go_down() -> None:
    """Every step is there, once, and asked by one above it since the last *Then*; none asks one above it."""
    walk = (
        (PROJECT / "docs" / "developers.md")
        .read_text()
        .partition("\n## Four journeys")[2]
        .partition("\n## ")[0]
    )
    _, *journeys = walk.split("\n### ")
    assert len(journeys) == 4
    for journey in journeys:
        steps = STEP.findall(journey)
        assert [each for each in journey.splitlines() if each[:1].isdigit()][-1].startswith(f"{len(steps)}. ")
        assert len({file for _, file in steps}) == len(steps), journey
        leg: list[str] = []
        for begins, file in steps:
            leg = [] if begins else leg
            asked_by = [each for each in leg if file in imported(each)]
            back = [each for each in leg if each in imported(file)]
            assert (PROJECT / file).exists() and not back, f"{file} asks {back}"
            assert asked_by or not leg, f"{file} is asked by none of {leg}"
            leg = [*leg, file]


def imported(file: str) -> set[str]:
    """Modules of ours that a module imports, also inside a function; not those that only its types name."""
    if not file.endswith(".py"):
        return set()
    found: set[str] = set()
    todo: list[ast.AST] = [ast.parse((PROJECT / file).read_text())]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}", *(f"{node.module}.{each.name}" for each in node.names)}
        todo += ast.iter_child_nodes(node)
    return {f"{each.replace('.', '/')}.py" for each in found}
