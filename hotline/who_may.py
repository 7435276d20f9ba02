"""Who may do what: the table, and nothing else. Asked with ``hotline.grants.may``; printed by
``hotline users roles``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.people import Role


class Act(StrEnum):
    """What somebody wants to do; in the office's words in ``WHO_MAY``."""

    SEE_WALLBOARD = "see wallboard"
    USE_DESK = "use desk"
    SCREEN = "screen"
    ENTER = "enter"
    SIT = "sit"
    OPEN = "open"
    UNDO = "undo"
    TAKE_BACK_NOTE = "take back note"
    SEE_UNFINISHED = "see unfinished"
    READ_NUMBERS = "read numbers"
    REVEAL_NUMBER = "reveal number"
    DOWNLOAD = "download"
    WATCH_LINE = "watch line"
    SUPERVISE = "supervise"
    SET_LINE = "set line"
    SET_CALENDAR = "set calendar"
    SEE_CALLS = "see calls"
    SEE_CASES = "see cases"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    EXTEND = "extend"
    ADD_DOCUMENT = "add document"
    CALL_BACK = "call back"
    BLOCK = "block"
    SEE_REPORTS = "see reports"
    KEEP = "keep"
    MANAGE_PEOPLE = "manage people"
    DESK_PHONES = "desk phones"
    READ_AUDIT = "read audit"


class Reach(StrEnum):
    """How far a role's permission goes; of a role that was given in a unit, within that unit's cases."""

    OWN = "own"
    """To what belongs to the user; what that is stands in the row."""
    ALL = "all"


@dataclass(frozen=True)
class Words:
    """In the office's two languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Rule:
    """A row of the table: the act, and how far it goes for whom; nobody else may at all.

    ``own``: what is one's own, where that is more than what one did or wrote.
    """

    act: Words
    reach: Mapping[Role, Reach]
    own: Words | None = None


ROLE_NAMES = {
    Role.WALLBOARD: Words("大屏", "wallboard"),
    Role.CLERK: Words("甄别员", "clerk"),
    Role.SUPERVISOR: Words("主管", "supervisor"),
    Role.ADMINISTRATOR: Words("管理员", "administrator"),
    Role.UNIT_OFFICER: Words("单位经办人", "unit officer"),
    Role.UNIT_HEAD: Words("单位负责人", "unit head"),
    Role.LEADER: Words("领导", "leader"),
}
REACH_NAMES = {
    Reach.ALL: Words("全部", "all"),
    Reach.OWN: Words("本人", "own"),
    None: Words("－", "-"),
}

_CHIEFS = {Role.SUPERVISOR: Reach.ALL, Role.ADMINISTRATOR: Reach.ALL}
_DESK = {Role.CLERK: Reach.ALL, **_CHIEFS}
_OWN_AND_CHIEFS = {Role.CLERK: Reach.OWN, **_CHIEFS}
_UNIT_HEAD = {Role.UNIT_HEAD: Reach.ALL}
_UNIT = {Role.UNIT_OFFICER: Reach.ALL, **_UNIT_HEAD}
_READERS = {**_UNIT, Role.LEADER: Reach.ALL}
_ADMINISTRATOR = {Role.ADMINISTRATOR: Reach.ALL}

_OWN_CASES = Words("本人：由本人登记的信访事项", "own: cases that one has registered")
"""A unit's grant reaches no further than the unit and those below it, whatever stands in the row."""

WHO_MAY: Mapping[Act, Rule] = {
    Act.SEE_WALLBOARD: Rule(Words("查看大屏", "see the wallboard"), {Role.WALLBOARD: Reach.ALL, **_DESK}),
    Act.USE_DESK: Rule(Words("使用其他页面", "use the other pages"), {**_DESK, **_READERS}),
    Act.SCREEN: Rule(Words("甄别录音", "screen recordings"), _DESK),
    Act.ENTER: Rule(
        Words(
            "录入来信、来访和预约接谈，作出处理",
            "enter letters, visits and appointments, and decide about them",
        ),
        _DESK,
    ),
    Act.SIT: Rule(Words("在座席签入，接听来电", "sit at a seat and answer calls"), _DESK),
    Act.OPEN: Rule(
        Words("打开录音和来电", "open recordings and calls"),
        _OWN_AND_CHIEFS,
        Words(
            "本人：群众留言，以及正在或曾在本人座席、转给本人、由本人填表或登记的来电",
            "own: messages left for the office, and calls that one had, was handed, typed or registered",
        ),
    ),
    Act.UNDO: Rule(Words("撤销处理", "undo a decision"), _OWN_AND_CHIEFS),
    Act.TAKE_BACK_NOTE: Rule(
        Words("撤回关于来电人的备注", "take back a note about a caller"), _OWN_AND_CHIEFS
    ),
    Act.SEE_UNFINISHED: Rule(Words("查看未完成的登记表", "see unfinished forms"), _OWN_AND_CHIEFS),
    Act.READ_NUMBERS: Rule(Words("在列表中查看完整号码", "read whole numbers in lists"), _CHIEFS),
    Act.REVEAL_NUMBER: Rule(
        Words("危急或涉嫌犯罪时查看未显示的号码", "see a withheld number, for a life or a crime at stake"),
        _CHIEFS,
    ),
    Act.DOWNLOAD: Rule(Words("下载录音的原始文件", "download the stored file of a recording"), _CHIEFS),
    Act.WATCH_LINE: Rule(Words("查看座席与线路", "see seats and line"), _CHIEFS),
    Act.SUPERVISE: Rule(
        Words("监听、耳语、强插，给座席发消息、置就绪、签出", "listen in, whisper, barge in, direct seats"),
        _CHIEFS,
    ),
    Act.SET_LINE: Rule(Words("人工开通、关闭线路", "open and close the line by hand"), _CHIEFS),
    Act.SET_CALENDAR: Rule(Words("更改工作日历", "change the calendar of working days"), _CHIEFS),
    Act.SEE_CALLS: Rule(Words("查看和导出通话记录", "see and export calls"), _CHIEFS),
    Act.SEE_CASES: Rule(
        Words("查看和导出信访事项", "see and export cases"),
        {**_OWN_AND_CHIEFS, **_READERS},
        _OWN_CASES,
    ),
    Act.DISPATCH: Rule(
        Words(
            "转送、交办信访事项，答复单位异议，审核答复，办结",
            "send cases to units, answer objections, check replies, close",
        ),
        _OWN_AND_CHIEFS,
        _OWN_CASES,
    ),
    Act.HANDLE: Rule(
        Words("受理、不予受理、提出异议、答复信访事项", "accept, decline, object to, reply to cases"),
        _UNIT,
    ),
    Act.EXTEND: Rule(Words("延长办理期限", "extend the time for handling"), _UNIT_HEAD),
    Act.ADD_DOCUMENT: Rule(
        Words("为信访事项添加材料", "add documents to cases"), {**_OWN_AND_CHIEFS, **_UNIT}, _OWN_CASES
    ),
    Act.CALL_BACK: Rule(Words("处理放弃来电和回拨", "see to abandoned calls and callbacks"), _CHIEFS),
    Act.BLOCK: Rule(Words("拦截号码", "block numbers"), _CHIEFS),
    Act.SEE_REPORTS: Rule(Words("查看和导出统计报表", "see and export reports"), _CHIEFS),
    Act.KEEP: Rule(Words("保留录音，不予删除", "keep a recording from deletion"), _ADMINISTRATOR),
    Act.MANAGE_PEOPLE: Rule(Words("管理人员和角色", "manage people and roles"), _ADMINISTRATOR),
    Act.DESK_PHONES: Rule(
        Words("查看和更换话机密码", "see and replace desk phone passwords"), _ADMINISTRATOR
    ),
    Act.READ_AUDIT: Rule(Words("查看和导出审计记录", "see and export the audit trail"), _ADMINISTRATOR),
}
