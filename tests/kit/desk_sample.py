"""A night's worth of invented recordings, taken in and transcribed by the same functions as real ones."""

import wave
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from hotline import people
from hotline.cases import unit_list
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.database import Database
from hotline.intake import intake
from hotline.people import Role, User
from hotline.recordings import digits, jobs, recordings, spool, transcripts
from hotline.recordings.no_draft import NoDraft
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.recordings.transcripts import Segment, Transcript
from hotline.registration import screening
from hotline.settings_file import PROJECT, Settings
from tests.kit.period_rules import RULES
from tests.kit.wav import write_tone

PASSWORD = "night-desk-2026"
NOW = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)  # a Monday, 8:40 in the morning in China
ZONE = "Asia/Shanghai"
PROMPTS = PROJECT / "sounds" / "zh"


@dataclass(frozen=True)
class Spoken:
    """What a caller said; words between ‹ and › the engine was not sure of, one after … it left out."""

    caller: str
    hours_ago: float
    sentences: tuple[str, ...]
    language: str = "zh"


NIGHT = (
    Spoken(
        "13904718826",
        13.2,
        (
            "您好，我叫‹王秀兰›，住在明远区‹团结›小区三号楼二单元五零一。",
            "我们家‹暖气›从十一月初到现在一直不热，屋里只有十三四度。",
            "家里有八十多岁的老人和一个‹两岁›的孩子，晚上都冻得睡不着觉。",
            "给供热公司打了四五次电话，每次都说‹派人›来看，到今天也没有人来。",
            "希望你们帮我们‹协调›一下，尽快把暖气修好，谢谢你们。",
        ),
    ),
    Spoken(
        "15847120093",
        11.6,
        (
            "我是望川区建筑工地上干活的，姓‹赵›，老家在‹柳泉县›。",
            "今年七月到十月的工资，老板一直没有给，一共‹两万三千›块钱。",
            "我们一起干活的有十‹一›个人，打电话老板也不接了。",
        ),
    ),
    Spoken("04716583321", 9.1, ("学校门口的‹红绿灯›坏了三天了，孩子过马路很‹危险›，请赶紧修一修。",)),
    Spoken("13190665412", 6.4, ("我想反映一下，我们小区‹地下室›污水倒灌，物业‹没有人›管。",)),
    Spoken("", 4.8, ("我要举报，河边夜里有人偷偷‹倒垃圾›，已经有好几‹车›了。",)),
    Spoken("13847199120", 2.5, ("退休金这个月少发了‹四百›多块，社保局说‹系统›升级，让我等。",)),
)

RUBBISH = ("垃圾三天没人收了，味道很大，请派人‹清理›。",)


def people_of_the_desk(db: Database) -> None:
    """Three users, one for each role."""
    with db.writing() as session:
        people.add(session, "liuyang", "刘洋", Role.CLERK, PASSWORD)
        people.add(session, "chenjing", "陈静", Role.SUPERVISOR, PASSWORD)
        people.add(session, "admin", "管理员", Role.ADMINISTRATOR, PASSWORD)
        unit_list.ensure_sample(session)


def record(
    settings: Settings, db: Database, spoken: Spoken, sound: Path | None = None, now: datetime = NOW
) -> str:
    """Take in a message as the telephone leaves it; returns the recording's identifier."""
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    settings.store_dir.mkdir(parents=True, exist_ok=True)
    at = now - timedelta(hours=spoken.hours_ago)
    call = f"{at.timestamp():.0f}.1"
    target = spool.part_path(settings.spool_dir, call, 0)
    if sound:
        target.write_bytes(sound.read_bytes())
    else:
        write_speech(target, len("".join(spoken.sentences)) * 0.22 + 0.5)
    spool.write_note(settings.spool_dir, spool.CallNote(call, spoken.caller, spoken.language, at))
    taken = intake.take_in(call, settings, db)
    assert taken
    with db.writing() as session:
        recording = session.get(Recording, taken.recording_id)
        assert recording
        recording.changed_at = at
    return taken.recording_id


def write_speech(target: Path, seconds: float) -> None:
    """Real speech of that length: the prompts one after the other, or a tone where there are none."""
    prompts = sorted(PROMPTS.glob("*-*.wav"), key=lambda path: -path.stat().st_size)[:12]
    if not prompts:
        write_tone(target, seconds)
        return
    wanted = int(seconds * 8000) * 2
    samples = b""
    for prompt in prompts * 20:
        with wave.open(str(prompt)) as file:
            samples += file.readframes(file.getnframes())
        if len(samples) >= wanted:
            break
    with wave.open(str(target), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(samples[:wanted])


def transcribe(db: Database, recording_id: str, sentences: tuple[str, ...], now: datetime = NOW) -> None:
    """Give a recording the draft an engine would have made of it."""
    words, segments = _heard(sentences)
    text = "".join(str(word["text"]) for word in words)
    transcript = Transcript(
        recording_id=recording_id, engine="vosk", model="small-cn-0.22", settings={}, words=words, text=text,
        created_at=now,
    )  # fmt: skip
    with db.writing() as session:
        attempt = jobs.claim(session, recording_id, now, timedelta(minutes=5))
        bare = transcripts.unheard_seconds(segments)
        assert attempt
        assert jobs.finish(session, recording_id, attempt, transcript, segments, now, unheard=bare)


def written(sentence: str) -> str:
    """A sentence as a clerk writes it; an engine hears no punctuation."""
    return sentence.replace("‹", "").replace("›", "")


def correct(db: Database, recording_id: str, sentences: tuple[str, ...], now: datetime = NOW) -> None:
    """Let a clerk correct a draft, segment by segment."""
    with db.writing() as session:
        author = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        found = transcripts.latest(session, recording_id)
        assert found
        for segment, sentence in zip(found.segments, sentences, strict=True):
            transcripts.revise(session, segment, segment.revision, written(sentence), author, now)


def _heard(sentences: tuple[str, ...]) -> tuple[list[dict[str, object]], list[Segment]]:
    words: list[dict[str, object]] = []
    segments: list[Segment] = []
    at = 0.3
    for position, sentence in enumerate(sentences):
        first, begin = len(words), at
        if sentence.startswith("…"):
            at += 0.22 * len(sentence)
            segments.append(
                Segment(position=position, start=begin, end=at, first_word=0, last_word=-1, draft="")
            )
            continue
        for piece, sure in _pieces(sentence):
            length = 0.22 * len(piece)
            words.append(
                {
                    "text": piece,
                    "start": round(at, 2),
                    "end": round(at + length, 2),
                    "confidence": 0.95 if sure else 0.41,
                }
            )
            at += length
        segments.append(
            Segment(
                position=position,
                start=begin,
                end=at,
                first_word=first,
                last_word=len(words) - 1,
                draft=digits.written("".join(str(word["text"]) for word in words[first:])),
            )
        )
    return words, segments


def _pieces(sentence: str) -> list[tuple[str, bool]]:
    """The sentence in words of two characters, with those marked kept whole."""
    pieces: list[tuple[str, bool]] = []
    for index, run in enumerate(sentence.replace("›", "‹").split("‹")):
        unsure = index % 2 == 1
        bare = "".join(each for each in run if each not in "，。")
        parts = [bare] if unsure else [bare[at : at + 2] for at in range(0, len(bare), 2)]
        pieces.extend((part, not unsure) for part in parts if part)
    return pieces


def night(settings: Settings, db: Database, now: datetime = NOW) -> list[str]:
    """The whole night: drafts ready, one being made, one silent, one failed, three decided."""
    people_of_the_desk(db)
    ids = []
    for spoken in NIGHT:
        ids.append(record(settings, db, spoken, now=now))
        transcribe(db, ids[-1], spoken.sentences, now)
    for hours, sentences in ((7.7, ()), (0.02, None), (8.3, "failed"), (15.0, "decided"), (16.5, "decided")):
        spoken = Spoken(f"1380471{int(hours * 10):04d}", hours, ("一段没有写出来的话，大约这么长。",))
        recording_id = record(settings, db, spoken, now=now)
        if sentences == ():
            transcribe(db, recording_id, (), now)
        elif sentences == "failed":
            fail(db, recording_id, now)
        elif sentences == "decided":
            transcribe(db, recording_id, RUBBISH, now)
            correct(db, recording_id, RUBBISH, now)
        ids.append(recording_id)
    _decide(db, ids[-2], ids[-1], now)
    return ids


def fail(db: Database, recording_id: str, now: datetime = NOW) -> None:
    """Let three attempts fail."""
    for _ in range(recordings.TRANSCRIPTION_ATTEMPTS):
        with db.writing() as session:
            attempt = jobs.claim(session, recording_id, now, timedelta(minutes=5))
            assert attempt and jobs.fail(
                session, recording_id, attempt, NoDraft.UNREADABLE, "the engine stopped at 0:07", now
            )


def _decide(db: Database, one: str, other: str, now: datetime) -> None:
    with db.writing() as session:
        first, second = session.get(Recording, one), session.get(Recording, other)
        clerk = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        assert first and second
        entry = CaseEntry(
            "孙建国",
            "13804710150",
            "景和区解放路12号",
            Category.ENVIRONMENT,
            "小区垃圾三天无人清运。",
            "0102",
        )
        screening.register(session, first, entry, clerk, now, RULES)
        screening.set_aside(session, second, ScreeningOutcome.NUISANCE, clerk, now)


def state_of(db: Database, recording_id: str) -> str:
    """The state that lists show."""
    with db.reading() as session:
        recording = session.get(Recording, recording_id)
        assert recording
        return recording.state


def number_of(db: Database, recording_id: str) -> str:
    """The case number of a recording."""
    with db.reading() as session:
        recording = session.get(Recording, recording_id)
        assert recording
        return recording.case_number
