"""How values are shown: lengths, waiting times, telephone and case numbers, names of states."""

import re
from datetime import datetime, timedelta

from flask import Flask
from flask_babel import format_datetime, gettext, lazy_gettext
from flask_login import current_user

from hotline import access, audit
from hotline.calls.call_stretches import Heard
from hotline.cases import case_number
from hotline.cases.cases import Category
from hotline.recordings.screening import FURTHER_PART
from web.desk import desk

STATE_NAMES = {
    "to_screen": lazy_gettext("To screen"),
    "all": lazy_gettext("All"),
    "pending": lazy_gettext("Waiting for a draft"),
    "running": lazy_gettext("Being transcribed"),
    "transcribed": lazy_gettext("Draft ready"),
    "no_speech": lazy_gettext("No speech heard"),
    "failed": lazy_gettext("Draft failed"),
    "registered": lazy_gettext("Registered"),
    "no_content": lazy_gettext("No content"),
    "duplicate": lazy_gettext("Duplicate"),
    "nuisance": lazy_gettext("Nuisance"),
}
CATEGORY_NAMES = {
    Category.HOUSING: lazy_gettext("Housing and construction"),
    Category.LAND: lazy_gettext("Land and demolition"),
    Category.LABOUR: lazy_gettext("Labour and wages"),
    Category.SOCIAL_SECURITY: lazy_gettext("Social security"),
    Category.HEALTH: lazy_gettext("Health"),
    Category.EDUCATION: lazy_gettext("Education"),
    Category.TRAFFIC: lazy_gettext("Traffic"),
    Category.UTILITIES: lazy_gettext("Water, power, heating"),
    Category.ENVIRONMENT: lazy_gettext("Environment"),
    Category.POLICING: lazy_gettext("Policing"),
    Category.CONDUCT: lazy_gettext("Conduct of officials"),
    Category.OTHER: lazy_gettext("Other"),
}
SPEAKER_NAMES = {
    Heard.CALLER: lazy_gettext("The caller"),
    Heard.AGENT: lazy_gettext("The seat"),
    Heard.COLLEAGUE: lazy_gettext("A colleague"),
    Heard.EITHER: lazy_gettext("The caller or a colleague"),
}
ROLE_NAMES = {
    "clerk": lazy_gettext("Clerk"),
    "supervisor": lazy_gettext("Supervisor"),
    "administrator": lazy_gettext("Administrator"),
    "wallboard": lazy_gettext("Wallboard"),
}
ACTION_NAMES = {
    "open": lazy_gettext("opened"),
    "play": lazy_gettext("played"),
    "edit": lazy_gettext("edited"),
    "decide": lazy_gettext("decided"),
    "undo": lazy_gettext("undid the decision"),
    "take over": lazy_gettext("took it over"),
    "download": lazy_gettext("downloaded"),
    "sign in": lazy_gettext("signed in"),
    "sign in refused": lazy_gettext("was refused at the sign-in"),
    "sign out": lazy_gettext("signed out"),
    "search": lazy_gettext("searched"),
    "look up": lazy_gettext("looked up"),
    "read": lazy_gettext("read"),
    "export": lazy_gettext("exported"),
    "receive": lazy_gettext("received"),
    "keep": lazy_gettext("kept"),
    "delete": lazy_gettext("deleted"),
    "hold": lazy_gettext("forbade deleting"),
    "release hold": lazy_gettext("allowed deleting again"),
    "find a difference": lazy_gettext("found a difference"),
    "find mended": lazy_gettext("found mended"),
    "erase details": lazy_gettext("erased details"),
    "block": lazy_gettext("blocked"),
    "lift block": lazy_gettext("lifted a block"),
    "add note": lazy_gettext("added a note"),
    "take back note": lazy_gettext("took back a note"),
    "finish": lazy_gettext("finished"),
    "withdraw": lazy_gettext("withdrew"),
    "add user": lazy_gettext("added a user"),
    "set password": lazy_gettext("set a password"),
    "password": lazy_gettext("gave the password, a code was asked for"),
    "second factor refused": lazy_gettext("gave a wrong code"),
    "set up second factor": lazy_gettext("set up a second factor"),
    "new recovery codes": lazy_gettext("made new recovery codes"),
    "use recovery code": lazy_gettext("used a recovery code"),
    "switch off second factor": lazy_gettext("switched a second factor off"),
    "reset second factor": lazy_gettext("reset a second factor"),
    "end session": lazy_gettext("ended a session"),
    "end sessions": lazy_gettext("ended sessions"),
    "set role": lazy_gettext("changed a role"),
    "enable user": lazy_gettext("enabled a user"),
    "disable user": lazy_gettext("disabled a user"),
    "change password": lazy_gettext("changed the password"),
    "show telephone password": lazy_gettext("saw a desk phone's password"),
    "replace telephone password": lazy_gettext("replaced a desk phone's password"),
    "message": lazy_gettext("sent a message"),
    "begin backup": lazy_gettext("began a backup"),
    "make backup": lazy_gettext("made a backup"),
    "restore": lazy_gettext("restored a backup"),
}

EDITED = re.compile(r"segment (?P<segment>\d+), revision (?P<revision>\d+)")
PART = re.compile(r"part (?P<position>\d+)")


def act_detail(detail: str) -> str:
    """The detail of an entry of the audit trail, which is kept in English, in the user's language."""
    if edited := EDITED.fullmatch(detail):
        return str(gettext("segment %(segment)s, revision %(revision)s", **edited.groupdict()))
    if part := PART.fullmatch(detail):
        return str(gettext("Part %(position)s", **part.groupdict()))
    if detail == FURTHER_PART:
        return str(gettext("a further part of the message arrived"))
    first, _, rest = detail.partition(" ")
    return f"{STATE_NAMES[first]} {rest}".strip() if first in STATE_NAMES else detail


def length(seconds: float) -> str:
    """Minutes and seconds, such as 1:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def waiting(since: datetime) -> str:
    """How long ago something was, in the two largest units that matter."""
    minutes = max(0, int((desk().now() - since) / timedelta(minutes=1)))
    if minutes < 60:
        return str(gettext("%(minutes)d min", minutes=minutes))
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return str(gettext("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes))
    return str(gettext("%(days)d days", days=hours // 24))


def moment(at: datetime) -> str:
    """A moment in the office's time zone, to the minute."""
    return str(format_datetime(at, "yyyy-MM-dd HH:mm"))


def second(at: datetime) -> str:
    """A moment in the office's time zone, to the second."""
    return str(format_datetime(at, "yyyy-MM-dd HH:mm:ss"))


def caller(number: str) -> str:
    """A caller's number, or that there is none."""
    return number or str(gettext("number withheld"))


def listed(number: str) -> str:
    """The same in a list: shortened for who need not call, 138*****678. What one opens shows the whole."""
    whole = current_user.may(access.FOR_ALL[access.Act.READ_NUMBERS])
    return caller(number if whole else audit.shortened(number))


def set_up(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.filters.update(
        length_of_time=length,
        waiting=waiting,
        moment=moment,
        second=second,
        caller=caller,
        listed=listed,
        act_detail=act_detail,
        spaced=case_number.spaced,
    )
    app.jinja_env.globals.update(
        STATE_NAMES=STATE_NAMES,
        CATEGORY_NAMES=CATEGORY_NAMES,
        ROLE_NAMES=ROLE_NAMES,
        SPEAKER_NAMES=SPEAKER_NAMES,
        ACTION_NAMES=ACTION_NAMES,
    )
