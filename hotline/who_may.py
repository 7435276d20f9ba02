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
    SEE_CALLS = "see calls"
    CALL_BACK = "call back"
    BLOCK = "block"
    SEE_REPORTS = "see reports"
    KEEP = "keep"
    MANAGE_PEOPLE = "manage people"
    DESK_PHONES = "desk phones"
    READ_AUDIT = "read audit"


class Reach(StrEnum):
    """How far a role's permission goes."""

    OWN = "own"
    """To what belongs to the user; what that is stands in the row."""
    ALL = "all"


@dataclass(frozen=True)
class Rule:
    """A row of the table: the act in both languages, and how far it goes for whom; nobody else may at all."""

    zh: str
    en: str
    reach: Mapping[Role, Reach]
    own_zh: str = ""
    own_en: str = ""


_CHIEFS = {Role.SUPERVISOR: Reach.ALL, Role.ADMINISTRATOR: Reach.ALL}
_DESK = {Role.CLERK: Reach.ALL, **_CHIEFS}
_OWN_AND_CHIEFS = {Role.CLERK: Reach.OWN, **_CHIEFS}
_ADMINISTRATOR = {Role.ADMINISTRATOR: Reach.ALL}

WHO_MAY: Mapping[Act, Rule] = {
    Act.SEE_WALLBOARD: Rule("查看大屏", "see the wallboard", {Role.WALLBOARD: Reach.ALL, **_DESK}),
    Act.USE_DESK: Rule("使用其他页面", "use the other pages", _DESK),
    Act.SCREEN: Rule("甄别录音", "screen recordings", _DESK),
    Act.SIT: Rule("在座席签入，接听来电", "sit at a seat and answer calls", _DESK),
    Act.OPEN: Rule(
        "打开录音和来电：听录音、看和改草稿、处理、填写登记表",
        "open recordings and calls: listen, read and correct the draft, decide, fill in the form",
        _OWN_AND_CHIEFS,
        "群众留言，以及正在或曾在本人座席、转给本人、由本人填表或登记的来电",
        "messages left for the office, and calls that are or were at the own seat, were handed on to it, "
        "or whose form or case is the user's",
    ),
    Act.UNDO: Rule("撤销处理", "undo a decision", _OWN_AND_CHIEFS, "本人作出的", "the user's own"),
    Act.TAKE_BACK_NOTE: Rule(
        "撤回关于来电人的备注",
        "take back a note about a caller",
        _OWN_AND_CHIEFS,
        "本人写的",
        "the user's own",
    ),
    Act.SEE_UNFINISHED: Rule(
        "查看未完成的登记表", "see unfinished forms", _OWN_AND_CHIEFS, "本人的", "the user's own"
    ),
    Act.READ_NUMBERS: Rule("在列表中查看完整电话号码", "read whole telephone numbers in lists", _CHIEFS),
    Act.REVEAL_NUMBER: Rule(
        "查看来电人不愿显示的号码：仅在有人面临危险或涉嫌犯罪时，须说明理由",
        "have a withheld number shown, where a life or a crime is at stake, with a reason",
        _CHIEFS,
    ),
    Act.DOWNLOAD: Rule("下载录音的原始文件", "download the stored file of a recording", _CHIEFS),
    Act.WATCH_LINE: Rule("查看座席与线路", "see seats and line", _CHIEFS),
    Act.SUPERVISE: Rule(
        "监听、耳语、强插；给座席发消息、置为就绪、签出",
        "listen in, whisper, barge in; write to a seat, make it ready, sign it out",
        _CHIEFS,
    ),
    Act.SET_LINE: Rule("人工开通、关闭线路", "open and close the line by hand", _CHIEFS),
    Act.SEE_CALLS: Rule("查看和导出通话记录", "see and export calls", _CHIEFS),
    Act.CALL_BACK: Rule(
        "处理放弃来电，安排和取消回拨", "see to abandoned calls, call back, cancel callbacks", _CHIEFS
    ),
    Act.BLOCK: Rule("拦截号码", "block numbers", _CHIEFS),
    Act.SEE_REPORTS: Rule("查看和导出统计报表", "see and export reports", _CHIEFS),
    Act.KEEP: Rule("保留录音，不予删除", "keep a recording from deletion", _ADMINISTRATOR),
    Act.MANAGE_PEOPLE: Rule(
        "添加人员、更改角色、重设密码、停用账号",
        "add people, change their roles, give new passwords, disable accounts",
        _ADMINISTRATOR,
    ),
    Act.DESK_PHONES: Rule(
        "查看和更换话机密码", "see and replace the passwords of desk phones", _ADMINISTRATOR
    ),
    Act.READ_AUDIT: Rule("查看和导出审计记录", "see and export the audit trail", _ADMINISTRATOR),
}
