"""What lines do, and what is kept and heard all the same. A condition more is a line in CONDITIONS or TALKS.

All messages are left at the same time, then all talks are held. What was recorded is compared with what was
sent, never with a clock: on a busy machine both take longer.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from hotline import withheld_numbers
from hotline.database import Database
from hotline.intake import sweep
from hotline.recordings import recordings
from hotline.recordings.recordings import Recording, Speaker
from ivr import asterisk_modules, asterisk_tree
from ivr.softphone.matching import likeness
from ivr.softphone.sounds import SAMPLE_RATE, Audio, read_audio
from tests.asterisk.day import OPEN, answered_by
from tests.asterisk.strange_line import PCMU, PROMPTS, Pause, Press, StrangeLine, Terms, goes_to_the_tone
from tests.kit.conversations import (
    PATIENCE,
    STREET_LIGHT,
    hears,
    part_of_speech,
    recording_from,
    recordings_from,
    sound_of,
)
from tests.kit.instance import HotlineInstance, running
from tests.kit.lines.landmarks import LOUD, a_law
from tests.kit.lines.line import tick_all
from tests.kit.seats import occupied, sign_in, until

SENTENCES = ((0, 150), (200, 350), (400, 550))
"""Frames of the speech: what is said, one after the other, with what happens to the line between."""
SPEECH = a_law(STREET_LIGHT)
SOUND = read_audio(STREET_LIGHT)
PAUSE_SECONDS = 2.0
STEADY = "Set(STEADY(sound)=alone)"
SILENCE_SECONDS = 4
"""Short, so that a message that ends by silence does so soon."""
PIECE = SAMPLE_RATE // 2
ALIKE, MOST, HALF = 0.9, 0.66, 0.5
"""How like itself a piece of a sentence has to be; how many pieces a message has to hold, and how many a talk
and a seat, where a busy machine tears some (MixMonitor, and the jitter buffer of the seat's telephone)."""
NEARLY = 0.5
"""Seconds by which a pause may differ from what it was: who sends it may be late."""

pytestmark = pytest.mark.timeout(300)

Happens = Callable[[StrangeLine, int], Awaitable[None]]


async def nothing(line: StrangeLine, turn: int) -> None:
    """An ordinary line."""


def jumps(*numbers: int, source: bool = False, stamp: int | None = None) -> Happens:
    """The line goes on with another number, one for each turn."""

    async def happens(line: StrangeLine, turn: int) -> None:
        line.outgoing.jump(sequence=numbers[turn] if numbers else None, stamp=stamp, source=source)

    return happens


async def pauses(line: StrangeLine, turn: int) -> None:
    await asyncio.sleep(PAUSE_SECONDS)


async def is_offered_again(line: StrangeLine, turn: int) -> None:
    line.invites_again()
    line.outgoing.jump(sequence=30000 - 14000 * turn, source=True)


async def is_held(line: StrangeLine, turn: int) -> None:
    """Held, with the network's own music at lower numbers, and taken back at lower ones still."""
    line.invites_again("sendonly")
    line.outgoing.jump(sequence=9000 - 4000 * turn, source=True)
    await line.speaks(SPEECH[160:185])
    line.invites_again()
    line.outgoing.jump(sequence=1500 - 700 * turn, source=True)


async def moves(line: StrangeLine, turn: int) -> None:
    await line.moves()
    line.outgoing.jump(sequence=500, source=True)


def by_events(line: StrangeLine) -> Press:
    return line.presses


def by_sound(line: StrangeLine) -> Press:
    return line.presses_in_the_sound


def by_info(line: StrangeLine) -> Press:
    return line.presses_by_info


@dataclass(frozen=True)
class Condition:
    """``between``: what happens between two sentences. ``end``: a key, a hang-up, or nothing for silence."""

    terms: Terms = field(default_factory=Terms)
    between: Happens = nothing
    keys: Callable[[StrangeLine], Press] = by_events
    end: str = "#"


HIGH = Terms(sequence=20000)
TIMER = "Supported: timer\r\nSession-Expires: 90;refresher=uas\r\nMin-SE: 90\r\n"
FULL_PRIVACY = "Remote-Party-ID: <sip:anonymous@127.0.0.1>;privacy=full\r\n"
CONDITIONS = {
    "an ordinary line": Condition(),
    "A-law, 40 ms": Condition(Terms(frames=2)),
    "A-law, 60 ms": Condition(Terms(frames=3)),
    "mu-law": Condition(Terms(codec=PCMU)),
    "sequence 20000 to 5000": Condition(HIGH, jumps(5000, 100)),
    "sequence up, within half": Condition(HIGH, jumps(45000, 60000)),
    "sequence up, by more than half": Condition(Terms(sequence=100), jumps(40000, 2000)),
    "sequence down, mu-law": Condition(Terms(codec=PCMU, sequence=20000), jumps(5000, 100)),
    "sequence passes 65535": Condition(Terms(sequence=65400)),
    "another source": Condition(HIGH, jumps(source=True)),
    "another source, sequence down": Condition(HIGH, jumps(5000, 100, source=True)),
    "timestamps down": Condition(HIGH, jumps(stamp=1000)),
    "timestamps up": Condition(HIGH, jumps(stamp=0x7FFF0000)),
    "all numbers at once": Condition(HIGH, jumps(5000, 100, source=True, stamp=160)),
    "offered again": Condition(HIGH, is_offered_again),
    "held by the network": Condition(HIGH, is_held),
    "moved to another port": Condition(HIGH, moves),
    "nothing sent in pauses": Condition(Terms(pause=Pause.NOTHING), pauses),
    "comfort noise in pauses": Condition(Terms(pause=Pause.NOISE), pauses),
    "nothing sent, mu-law": Condition(Terms(codec=PCMU, pause=Pause.NOTHING), pauses),
    "nothing sent, sequence down": Condition(Terms(pause=Pause.NOTHING, sequence=20000), jumps(5000, 100)),
    "ends by silence": Condition(end=""),
    "ends by silence, nothing sent": Condition(Terms(pause=Pause.NOTHING), end=""),
    "ends by silence, comfort noise": Condition(Terms(pause=Pause.NOISE), end=""),
    "ends by silence, sequence down": Condition(HIGH, jumps(5000, 100), end=""),
    "hangs up, sequence down": Condition(HIGH, jumps(5000, 100), end="hang up"),
    "keys in the sound": Condition(Terms(events=False), keys=by_sound),
    "keys in the sound, mu-law": Condition(Terms(events=False, codec=PCMU), keys=by_sound),
    "keys by INFO": Condition(Terms(events=False), keys=by_info),
    "keys by INFO beside telephone-event": Condition(keys=by_info),
    "late offer": Condition(Terms(late=True)),
    "session timer": Condition(Terms(headers=TIMER)),
    "Privacy: id": Condition(Terms(headers="Privacy: id\r\n")),
    "Remote-Party-ID, privacy=full": Condition(Terms(headers=FULL_PRIVACY)),
}
"""Lines on which a message is left."""

PRIVATE = ("Privacy: id", "Remote-Party-ID, privacy=full")
"""On these the caller wants to stay unknown (every form of it: test_caller_headers.py)."""

TALKS = {
    "an ordinary line": Condition(),
    "all numbers at once": Condition(HIGH, jumps(5000, 100, source=True, stamp=160)),
    "mu-law, all numbers at once": Condition(
        Terms(codec=PCMU, sequence=20000), jumps(5000, 100, source=True, stamp=160)
    ),
    "nothing sent in pauses": Condition(Terms(pause=Pause.NOTHING), pauses),
}
"""Lines on which a caller talks to a seat."""


def number_of(name: str, among: dict[str, Condition], first: int = 0) -> str:
    return f"1380000{first + list(among).index(name) + 1000 * (among is TALKS):04}"


async def says_all(line: StrangeLine, condition: Condition) -> None:
    """Three sentences, with what happens between."""
    for turn, (begin, end) in enumerate(SENTENCES):
        if turn:
            await condition.between(line, turn - 1)
        line.began.append(time.monotonic())
        await line.speaks(SPEECH[begin:end])


async def leaves_a_message(line: StrangeLine, condition: Condition) -> None:
    """Whoever lets it end by a key or by silence hears the menu, and the number."""
    press = condition.keys(line)
    await goes_to_the_tone(line, press)
    await says_all(line, condition)
    if condition.end == "hang up":
        line.hangs_up()
        return
    hearing = asyncio.ensure_future(line.hears(PROMPTS["message-review"], PATIENCE))
    await asyncio.sleep(0)
    if condition.end:
        await press(condition.end)
    await hearing
    await line.hears(PROMPTS["number-is"], PATIENCE)


Conversation = Callable[[StrangeLine, Condition], Awaitable[None]]


@dataclass(frozen=True)
class Held:
    """A call that is over: what went wrong in it, and when each sentence began."""

    problem: BaseException | None
    began: list[float]


Ended = dict[str, Held]
"""Each call by its name."""


async def hold_all(
    hotline: HotlineInstance,
    among: dict[str, Condition],
    names: list[str],
    conversation: Conversation,
    first: int = 0,
) -> Ended:
    lines = {name: StrangeLine(among[name].terms) for name in names}
    ticking = asyncio.create_task(tick_all(list(lines.values())))

    async def call(name: str) -> None:
        target, dialled = ("127.0.0.1", hotline.sip_port), hotline.settings.number
        await lines[name].calls(target, dialled, number_of(name, among, first))
        await conversation(lines[name], among[name])

    ended = await asyncio.gather(*map(call, names), return_exceptions=True)
    await asyncio.gather(*(line.has_hung_up() for line in lines.values()), return_exceptions=True)
    ticking.cancel()
    return {name: Held(problem, lines[name].began) for name, problem in zip(names, ended, strict=True)}


def chosen(request: pytest.FixtureRequest, test: str, among: dict[str, Condition]) -> list[str]:
    """The conditions whose tests are to be run now."""
    items = (each for each in request.session.items if isinstance(each, pytest.Function))
    wanted = {each.callspec.params["name"] for each in items if each.originalname == test}
    return [name for name in among if name in wanted]


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """Open; who calls while nobody has signed in to a seat leaves a message."""
    limits = {"HOTLINE_MESSAGE__SILENCE_SECONDS": str(SILENCE_SECONDS)}
    for instance in running(tmp_path_factory.mktemp("lines"), ("asterisk", "agi"), OPEN | limits):
        root = instance.settings.asterisk_root
        assert asterisk_modules.own(root, asterisk_tree.find(root)), "run: make install"
        yield instance


@pytest.fixture(scope="module")
def messages(hotline: HotlineInstance, request: pytest.FixtureRequest) -> Ended:
    """All messages, left."""
    names = chosen(request, "test_all_that_was_said_is_kept", CONDITIONS)
    return asyncio.run(hold_all(hotline, CONDITIONS, names, leaves_a_message))


@dataclass(frozen=True)
class Talks:
    """All talks, over: what each seat has heard."""

    ended: Ended
    heard: dict[str, Audio]


@pytest.fixture(scope="module")
def talks(
    hotline: HotlineInstance,
    messages: Ended,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Talks:
    """A seat for each caller."""
    names, folder = chosen(request, "test_both_are_heard_and_kept", TALKS), tmp_path_factory.mktemp("seats")
    seats = [f"seat{number:02}" for number in range(1, len(names) + 1)]
    of_agent = part_of_speech(folder, 3.0, begin=8.0)
    sign_in(hotline, *seats)
    with occupied(hotline, seats, folder, answers=True) as phones:
        until(lambda: all("State:Unavailable" not in hotline.console(f"core show hint {x}") for x in seats))

        async def talks_to_a_seat(line: StrangeLine, condition: Condition) -> None:
            await line.hears(PROMPTS["welcome-open"], PATIENCE)
            await line.presses("0")
            while not (seat := answered_by(hotline).get(line.dialog.own_number.decode())):
                await asyncio.sleep(0.1)
            await asyncio.gather(says_all(line, condition), asyncio.to_thread(phones[seat].speaks, of_agent))

        ended = asyncio.run(hold_all(hotline, TALKS, names, talks_to_a_seat))
        until(lambda: not any(phone.in_call() for phone in phones.values()))
        return Talks(ended, {seat: phones[seat].heard() for seat in seats})


def where(sound: Audio, sentence: tuple[int, int]) -> tuple[float, float]:
    """How much of the middle of a sentence is there, and the second at which the sentence begins.

    Piece by piece: a sender that is late on a busy machine makes a pause where there was none.
    """
    begin, end = (frames * 160 for frames in sentence)
    pieces = range(begin + PIECE, end - 2 * PIECE + 1, PIECE)
    starts = [start for start in pieces if SOUND[start : start + PIECE].max() > LOUD]
    likenesses = [likeness(sound, SOUND[start : start + PIECE]) for start in starts]
    found = [like.max(initial=0.0) > ALIKE for like in likenesses]
    first = found.index(True) if any(found) else 0
    at = int(likenesses[first].argmax()) - (starts[first] - begin)
    return sum(found) / len(found), at / SAMPLE_RATE


def holds_all(sound: Audio, condition: Condition, held: Held, share: float = MOST) -> None:
    """Every sentence, in its order, and pauses as long as they were."""
    found = [where(sound, sentence) for sentence in SENTENCES]
    assert all(there >= share for there, _ in found), found
    places = [at for _, at in found]
    assert places == sorted(places)
    if condition.between is pauses:
        assert np.diff(places) == pytest.approx(np.diff(held.began), abs=NEARLY)


@pytest.mark.parametrize("name", CONDITIONS)
def test_all_that_was_said_is_kept(hotline: HotlineInstance, messages: Ended, name: str) -> None:
    shown = number_of(name, CONDITIONS)
    recording = (recording_of_withheld if name in PRIVATE else recording_from)(hotline, shown)
    assert messages[name].problem is None
    [sound] = sound_of(hotline, recording)
    holds_all(sound, CONDITIONS[name], messages[name])
    is_as_long_as_it_took(recording)


def recording_of_withheld(hotline: HotlineInstance, number: str) -> Recording:
    """The one recording of a caller whose number is kept apart."""
    db = Database(hotline.settings.database_url)
    withheld_numbers.take_in(hotline.settings.spool_dir, db, datetime.now(UTC))
    with db.reading() as session:
        [call_id] = session.scalars(withheld_numbers.calls_of((number,)))
    until(lambda: any(each.call_id == call_id for each in recordings_from(hotline, "")))
    [recording] = [each for each in recordings_from(hotline, "") if each.call_id == call_id]
    return recording


def is_as_long_as_it_took(recording: Recording) -> None:
    """By Asterisk's own clock: otherwise somebody would be told."""
    for part in recording.parts:
        assert part.clock_seconds == pytest.approx(part.seconds, abs=recordings.SHORTER_IS_NORMAL_SECONDS)
    assert recording.missing_seconds == 0


@contextmanager
def unsteady(hotline: HotlineInstance) -> Iterator[None]:
    """As without our module."""
    file = hotline.state_dir / "asterisk" / "etc" / "extensions.conf"
    usual = file.read_text()
    assert STEADY in usual
    try:
        file.write_text(usual.replace(STEADY, "NoOp()"))
        hotline.console("dialplan reload")
        yield
    finally:
        file.write_text(usual)
        hotline.console("dialplan reload")


def test_what_is_missing_is_told(hotline: HotlineInstance, messages: Ended) -> None:
    """Two of three sentences, where Asterisk is left to itself: the row says by how much it is too short."""
    among = {"sequence 20000 to 5000, left to itself": Condition(HIGH, jumps(5000, 100))}
    [name] = among
    with unsteady(hotline):
        asyncio.run(hold_all(hotline, among, [name], leaves_a_message, first=2000))
    recording = recording_from(hotline, number_of(name, among, first=2000))
    assert recording.missing_seconds == pytest.approx(6.0, abs=1.0)


def talk_of(hotline: HotlineInstance, number: str) -> Recording:
    """The recording of a talk, once nobody writes to it any more."""
    db = Database(hotline.settings.database_url)

    def is_taken_in() -> bool:
        sweep.sweep(hotline.settings, db, now=lambda: time.time() + sweep.QUIET_SECONDS)
        return bool(recordings_from(hotline, number))

    until(is_taken_in)
    return recording_from(hotline, number)


@pytest.mark.parametrize("name", TALKS)
def test_both_are_heard_and_kept(hotline: HotlineInstance, talks: Talks, tmp_path: Path, name: str) -> None:
    assert talks.ended[name].problem is None
    recording = talk_of(hotline, number_of(name, TALKS))
    store = hotline.settings.store_dir
    sides = {part.speaker: read_audio(store / part.store_key) for part in recording.parts}
    holds_all(sides[Speaker.CALLER], TALKS[name], talks.ended[name], share=HALF)
    is_as_long_as_it_took(recording)
    assert hears(sides[Speaker.AGENT], part_of_speech(tmp_path, 3.0, begin=8.0))
    assert len(sides[Speaker.CALLER]) == pytest.approx(len(sides[Speaker.AGENT]), abs=SAMPLE_RATE)
    heard = [where(talks.heard[recording.seat], sentence)[0] for sentence in SENTENCES]
    assert all(share >= HALF for share in heard), heard
