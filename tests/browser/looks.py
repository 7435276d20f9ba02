"""What a page looks like: pictures of it, what sticks out, and what is hard to read."""

import os
from pathlib import Path

from sqlalchemy import select

from hotline.recordings.recordings import Recording
from hotline.recordings.transcripts import Revision, Segment, Transcript
from hotline.settings_file import PROJECT
from tests.browser.desk import DeskRoom, Person

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PICTURES = ("recording-desktop",)
"""Those that the documents show."""
AXE = PROJECT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"


def barriers(person: Person) -> list[str]:
    """What axe finds against WCAG 2.2 AA. What axe itself does to the page is not the page's fault."""
    page, before = person.page, list(person.complaints)
    if not AXE.exists():
        raise RuntimeError("axe-core is missing: make web/node_modules/.installed-for-tests")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {RULES}).then(result => result.violations)")
    page.evaluate("0")  # the lines of its console arrive before this answer
    person.complaints[:] = before
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def look(person: Person, name: str, elsewhere: Path) -> None:
    """A picture in both sizes, in which nothing sticks out and nothing is hard to read."""
    for size, shape in SIZES.items():
        person.page.set_viewport_size(shape)  # type: ignore[arg-type]
        person.page.evaluate("scrollTo(0, 0)")
        wide = person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (name, size, wide)
        assert barriers(person) == [], (name, size)
        person.page.screenshot(path=elsewhere / f"{name}-{size}.png", full_page=True)
    person.page.set_viewport_size(SIZES["desktop"])  # type: ignore[arg-type]


def state_of(desk: DeskRoom, path: str) -> str:
    with desk.db.reading() as session:
        recording = session.get(Recording, path.rsplit("/", 1)[1])
        assert recording
        return recording.state


def revisions_of(desk: DeskRoom, path: str) -> list[str]:
    query = select(Revision.text).join(Segment).join(Transcript).order_by(Revision.id)
    with desk.db.reading() as session:
        return list(session.scalars(query.where(Transcript.recording_id == path.rsplit("/", 1)[1])))


def pictures(
    name: str, elsewhere: Path, scheme: str = "light", wanted_ones: tuple[str, ...] = PICTURES
) -> Path:
    """The folder for a picture: that of the documents when it is asked for and this is one of theirs."""
    wanted = os.environ.get("HOTLINE_SCREENSHOTS")
    if not wanted or scheme != "light" or name not in wanted_ones:
        return elsewhere
    (PROJECT / wanted).mkdir(parents=True, exist_ok=True)
    return PROJECT / wanted
