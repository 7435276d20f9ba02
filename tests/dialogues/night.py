"""One night at the hotline: calls held on paper, and what they left."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.callers import nuisance
from hotline.calls.calls import CallRecord
from hotline.cases import unit_list
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, CaseState, Category
from hotline.database import Database
from hotline.hours import hand_hours
from hotline.people import Role, User
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.registration import screening
from hotline.settings_file import Settings
from ivr.attend import Dialogue
from ivr.call import Call, CallerHungUp, CallOutcome, Stage
from ivr.dialogues.answer import answer
from ivr.office import Office
from tests.dialogues.scripted import PaperPrompts, ScriptedLine, a_message
from tests.kit import case_way
from tests.kit.period_rules import RULES

NOW = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
"""Monday the 23rd of November, half past four in the morning in Shanghai."""
HOUR = timedelta(hours=1)
CALLER = "13800001234"
TIMEZONE = "Asia/Shanghai"


class Night:
    """Calls come one after another; each is attended to as ``ivr.attend`` does it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.db = Database(settings.database_url)
        self.office = Office(settings, lambda: NOW)
        self.calls = 0
        self.stage = Stage.NEW
        self.language = "zh"
        self.joined_at: datetime | None = None
        self.outcome: CallOutcome | None = None
        self.detail = ""
        self.before = 0
        self.withheld = ""

    def call(
        self, paper: list[str], dialogue: Dialogue = answer, hang_up_at: int = 0, caller: str = CALLER
    ) -> ScriptedLine:
        """Hold a call on paper and return its line, with what was written and spoken."""
        self.calls += 1
        self._call_before(caller)
        line = ScriptedLine(paper, hang_up_at, call_id=f"1763885000.{self.calls}")
        call = Call(line, PaperPrompts(), line.call_id, caller, self.language, self.stage, self.joined_at)
        call.withheld = self.withheld
        with suppress(CallerHungUp), self.office.in_progress(call.call_id):
            dialogue(call, self.office)
            line.goes_on(call.to_queue)
        self.outcome, self.detail = call.outcome, call.detail
        self.office.take_in_rest(call.call_id)
        return line

    def recordings(self, call_id: str) -> list[Recording]:
        """What became of a call: one recording or none."""
        with self.db.reading() as session:
            return list(session.scalars(select(Recording).where(Recording.call_id == call_id)))

    @staticmethod
    def open_office(db: Database) -> None:
        """Units and a clerk."""
        with db.writing() as session:
            unit_list.ensure_sample(session)
            session.add(User(name="li", full_name="李", password_hash="", role=Role.CLERK))

    def given(self, what: str) -> None:
        """Bring about what a transcript takes for granted."""
        match what.split():
            case ["open" | "closed" as state]:
                hours = self.settings.hours.model_copy(update={"override": state})
                self._change(hours=hours)
            case ["at", "most", seconds, "s"]:
                limits = self.settings.message.model_copy(update={"max_seconds": int(seconds)})
                self._change(message=limits)
            case ["somebody", "has", "signed", "in"]:
                self.stage = Stage.SEATS
            case ["no", "seat", "could", "take", "the", "call"]:
                self.stage = Stage.WAITED
            case ["pressed", "1", "while", "waiting"]:
                self.stage = Stage.MESSAGE
            case ["English", "was", "chosen"]:
                self.language = "en"
            case ["a", "message"]:
                self.call(a_message())
            case ["it", "is", state]:
                self._decide(state.replace("-", "_"))
            case [number, "wrong", "numbers", "before"]:
                self._guess(int(number))
            case _:
                self._by_day(what)

    def _by_day(self, what: str) -> None:
        match what.split():
            case ["talked", "to", "a", "seat"]:
                self.stage = Stage.ANSWERED
            case ["opened" | "closed" as state, "by", "hand"]:
                self._order_line(state == "opened")
            case ["blocked"]:
                self._block()
            case [number, "calls", "at", "the", "seats", "within", "the", "hour"]:
                self.before = int(number)
            case _:
                self._of_callbacks(what)

    def _of_callbacks(self, what: str) -> None:
        match what:
            case "callbacks are possible":
                self._change(sip=self.settings.sip.model_copy(update={"outbound": "127.0.0.1:5070"}))
            case "callbacks cannot be noted":
                self._break_callbacks()
            case "an open callback":
                self.office.call_back(Call(ScriptedLine([]), PaperPrompts(), "1763884000.1"), CALLER)
            case _:
                raise ValueError(f"nobody knows how to bring about: {what}")

    def _change(self, **changed: object) -> None:
        self.settings = self.settings.model_copy(update=changed)
        self.office = Office(self.settings, lambda: NOW)

    def _break_callbacks(self) -> None:
        def broken(call: Call, number: str) -> str:
            raise OSError("the disk is full")

        self.office.call_back = self.office._writers.in_time(broken)

    def _order_line(self, is_open: bool) -> None:
        with self.db.writing() as session:
            hand_hours.set_line(session, is_open, "fire drill", NOW + HOUR, None, NOW)

    def _block(self) -> None:
        with self.db.writing() as session:
            nuisance.block(session, CALLER, False, "abuse", NOW + HOUR, 1, NOW)

    def _call_before(self, caller: str) -> None:
        """Come to the seats as often as was given."""
        with self.db.writing() as session:
            for number in range(self.before):
                at, name = NOW - HOUR / 2, f"before-{self.calls}-{number}"
                session.add(CallRecord(call_id=name, caller=caller, arrived_at=at, offered_at=at))

    def _guess(self, times: int) -> None:
        for _ in range(times):
            self.office.look_up("2600000000", CALLER)

    def _decide(self, state: str) -> None:
        with self.db.writing() as session:
            first, *others = session.scalars(select(Recording).order_by(Recording.case_number))
            match state:
                case "no_content" | "nuisance":
                    screening.set_aside(session, first, ScreeningOutcome(state), 1, NOW)
                case "duplicate":
                    self._register(session, others[0], CaseState.ACCEPTED)
                    screening.join(session, first, others[0].case_number, 1, NOW)
                case _:
                    self._register(session, first, CaseState(state))

    @staticmethod
    def _register(session: Session, recording: Recording, state: CaseState) -> None:
        entry = CaseEntry("王秀英", "13800001234", "幸福路 3 号", Category.UTILITIES, "楼里没有暖气", "0112")
        screening.register(session, recording, entry, 1, NOW, RULES)
        case_way.bring(session, session.get_one(Case, recording.case_number), state, NOW)
