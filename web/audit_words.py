"""What entries of the audit trail say, in the language of the page. They are kept in English, for the hash.

Acts and what they were done to are tables; of details, what the hotline itself has written. What people typed
(a reason, a message, a search) is shown as it is.
"""

import re
from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from hotline.registration.screening import FURTHER_PART
from web.formats import ROLE_NAMES, STATE_NAMES
from web.seat.names import seat_title

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
    "run the clock": lazy_gettext("ran the clock"),
    "hold": lazy_gettext("forbade deleting"),
    "release hold": lazy_gettext("allowed deleting again"),
    "find a difference": lazy_gettext("found a difference"),
    "find mended": lazy_gettext("found mended"),
    "confirm restore": lazy_gettext("confirmed a restore"),
    "erase details": lazy_gettext("erased details"),
    "block": lazy_gettext("blocked"),
    "reveal number": lazy_gettext("had a withheld number shown"),
    "lift block": lazy_gettext("lifted a block"),
    "add note": lazy_gettext("added a note"),
    "take back note": lazy_gettext("took back a note"),
    "finish": lazy_gettext("finished"),
    "withdraw": lazy_gettext("withdrew"),
    "add document": lazy_gettext("added a document to the case"),
    "move case": lazy_gettext("made a move with the case"),
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
    "put away": lazy_gettext("put a form away"),
    "open again": lazy_gettext("opened a form again"),
    "ask for": lazy_gettext("asked for a callback"),
    "cancel": lazy_gettext("cancelled a callback"),
    "retry": lazy_gettext("asked for another draft"),
    "settle": lazy_gettext("settled an abandoned call"),
    "reopen": lazy_gettext("opened an abandoned call again"),
    "import units": lazy_gettext("replaced the list of units"),
    "rename unit": lazy_gettext("renamed a unit"),
    "deny": lazy_gettext("was not shown"),
    "enter": lazy_gettext("entered a letter or a visit"),
    "merge unit": lazy_gettext("merged a unit into another"),
    "abolish unit": lazy_gettext("abolished a unit"),
    "passwords guessed": lazy_gettext("passwords were guessed"),
    "change calendar": lazy_gettext("changed the calendar"),
    "open line": lazy_gettext("opened the line by hand"),
    "close line": lazy_gettext("closed the line by hand"),
    "lift line": lazy_gettext("let the line follow the calendar again"),
    "listen": lazy_gettext("listened in"),
    "whisper": lazy_gettext("whispered to an agent"),
    "barge": lazy_gettext("joined a call"),
    "ready": lazy_gettext("set a seat ready"),
    "sign_out": lazy_gettext("signed a seat out"),
}
SUBJECT_NAMES = {
    "recording": lazy_gettext("recording %(name)s"),
    "receipt": lazy_gettext("receipt of recording %(name)s"),
    "part": lazy_gettext("sound file %(name)s"),
    "document": lazy_gettext("document %(name)s"),
    "call": lazy_gettext("call %(name)s"),
    "case": lazy_gettext("case %(name)s"),
    "callback": lazy_gettext("callback %(name)s"),
    "caller note": lazy_gettext("note on a caller %(name)s"),
    "block": lazy_gettext("block %(name)s"),
    "user": lazy_gettext("user %(name)s"),
    "address": lazy_gettext("address %(name)s"),
    "message": lazy_gettext("message %(name)s"),
    "draft": lazy_gettext("draft %(name)s"),
    "backup": lazy_gettext("backup %(name)s"),
    "entry": lazy_gettext("entry %(name)s"),
    "row": lazy_gettext("database row %(name)s"),
    "unit": lazy_gettext("unit %(name)s"),
    "submission": lazy_gettext("letter or visit %(name)s"),
    "calendar version": lazy_gettext("calendar, version %(name)s"),
}
"""What stands in front of a name or a number."""
WHOLE_SUBJECTS = {
    "audit trail": lazy_gettext("audit trail"),
    "calls": lazy_gettext("calls"),
    "abandoned calls": lazy_gettext("abandoned calls"),
    "recordings": lazy_gettext("recordings"),
    "submissions": lazy_gettext("letters and visits"),
    "callbacks": lazy_gettext("callbacks"),
    "all names": lazy_gettext("all names"),
    "line": lazy_gettext("the line"),
    "retention preview": lazy_gettext("preview of what is deleted"),
    "deletions": lazy_gettext("report of what was deleted"),
    "retention": lazy_gettext("keeping and deleting"),
    "heads": lazy_gettext("heads of the chain"),
    "report by hour": lazy_gettext("report by hour"),
    "report by day": lazy_gettext("report by day"),
    "report by month": lazy_gettext("report by month"),
    "report by seat": lazy_gettext("report by seat"),
    "report by agent": lazy_gettext("report by agent"),
}
TYPED = frozenset(
    {
        "message",
        "withdraw",
        "undo",
        "add note",
        "take back note",
        "hold",
        "release hold",
        "search",
        "reveal number",
    }
)
"""Acts whose detail is somebody's words."""
PATTERNS = {
    r"segment (?P<segment>\d+), revision (?P<revision>\d+)": lazy_gettext(
        "segment %(segment)s, revision %(revision)s"
    ),
    r"part (?P<position>\d+)": lazy_gettext("Part %(position)s"),
    FURTHER_PART: lazy_gettext("a further part of the message arrived"),
    r"on the command line": lazy_gettext("on the command line"),
    r"whole numbers": lazy_gettext("with whole numbers"),
    r"signed in": lazy_gettext("while signed in"),
    r"from (?P<address>[^ ,]+)": lazy_gettext("from %(address)s"),
    r"from (?P<address>[^ ,]+), with a code": lazy_gettext("from %(address)s, with a code"),
    r"from (?P<address>[^ ,]+), with a recovery code": lazy_gettext("from %(address)s, with a recovery code"),
    r"right, a code is asked for; from (?P<address>\S+)": lazy_gettext(
        "right, a code is asked for; from %(address)s"
    ),
    r"from (?P<address>\S+); within a day (?P<name>\d+) for the name, (?P<there>\d+) from there, "
    r"(?P<all>\d+) in all": lazy_gettext(
        "from %(address)s; within a day %(name)s for the name, %(there)s from there, %(all)s in all"
    ),
    r"(?P<days>\S+ – \S+), (?P<rows>\d+) rows, (?P<kind>csv|xlsx)": lazy_gettext(
        "%(days)s, %(rows)s rows, %(kind)s"
    ),
    r"(?P<days>\S+ – \S+), (?P<rows>\d+) rows, (?P<kind>csv|xlsx), on the command line": lazy_gettext(
        "%(days)s, %(rows)s rows, %(kind)s, on the command line"
    ),
    r"(?P<days>\S+ – \S+), (?P<rows>\d+) rows, (?P<kind>csv|xlsx), on the command line, whole numbers": (
        lazy_gettext("%(days)s, %(rows)s rows, %(kind)s, on the command line, with whole numbers")
    ),
    r"sha256 (?P<sha256>\w+), (?P<bytes>\d+) bytes, row (?P<row>\w+)": lazy_gettext(
        "SHA-256 %(sha256)s, %(bytes)s bytes, database row %(row)s"
    ),
    r"event (?P<event>\d+), sha256 (?P<sha256>\w+)": lazy_gettext("event %(event)s, SHA-256 %(sha256)s"),
    r"(?P<digest>[0-9a-f]{64})": lazy_gettext("digest %(digest)s"),
    r"by (?P<who>.+) to (?P<place>/.+)": lazy_gettext("by %(who)s to %(place)s"),
    r"sha256 (?P<sha256>\w+) by (?P<who>.+) to (?P<place>/.+)": lazy_gettext(
        "SHA-256 %(sha256)s, by %(who)s to %(place)s"
    ),
    r"sha256 (?P<sha256>\w+) by (?P<who>.+), sealed": lazy_gettext("SHA-256 %(sha256)s, by %(who)s, sealed"),
    r"sha256 (?P<sha256>\w+) by (?P<who>.+), unsealed": lazy_gettext(
        "SHA-256 %(sha256)s, by %(who)s, without a seal"
    ),
    r"sound, by retention after (?P<months>\d+) months": lazy_gettext(
        "sound, by retention after %(months)s months"
    ),
    r"transcripts, by retention after (?P<months>\d+) months": lazy_gettext(
        "transcripts, by retention after %(months)s months"
    ),
    r"numbers, by retention after (?P<months>\d+) months": lazy_gettext(
        "callers' numbers, by retention after %(months)s months"
    ),
    r"calls, by retention after (?P<months>\d+) months": lazy_gettext(
        "numbers of calls without a recording, by retention after %(months)s months"
    ),
    r"forms, by retention after (?P<months>\d+) months": lazy_gettext(
        "forms of calls without a recording, by retention after %(months)s months"
    ),
    r"callbacks, by retention after (?P<months>\d+) months": lazy_gettext(
        "numbers of callbacks, by retention after %(months)s months"
    ),
    r"notes, by retention after (?P<months>\d+) months": lazy_gettext(
        "notes on callers, by retention after %(months)s months"
    ),
    r"blocks, by retention after (?P<months>\d+) months": lazy_gettext(
        "blocked numbers, by retention after %(months)s months"
    ),
    r"messages, by retention after (?P<months>\d+) months": lazy_gettext(
        "messages to seats, by retention after %(months)s months"
    ),
    r"submissions, by retention after (?P<months>\d+) months": lazy_gettext(
        "words of letters and visits that are no case, by retention after %(months)s months"
    ),
    r"submitters, by retention after (?P<months>\d+) months": lazy_gettext(
        "persons of letters and visits that are no case, by retention after %(months)s months"
    ),
    r"searches, by retention after (?P<months>\d+) months": lazy_gettext(
        "what was searched for, by retention after %(months)s months"
    ),
    r"documents, by retention after (?P<months>\d+) months": lazy_gettext(
        "documents, by retention after %(months)s months"
    ),
    r"drafts, by retention after (?P<months>\d+) months": lazy_gettext(
        "what was typed and not sent, by retention after %(months)s months"
    ),
    r"until (?P<end>[-0-9]+ [0-9:]+ \S+): (?P<why>.+)": lazy_gettext("until %(end)s: %(why)s"),
    r"(?P<number>[0-9*+]+), until (?P<end>[-0-9]+ [0-9:]+ \S+): (?P<why>.+)": lazy_gettext(
        "%(number)s, until %(end)s: %(why)s"
    ),
    r"(?P<count>\d+) units": lazy_gettext("%(count)s units"),
    r"(?P<count>\d+) units: (?P<added>\d+) added, (?P<changed>\d+) changed, (?P<removed>\d+) removed": (
        lazy_gettext("%(count)s units: %(added)s added, %(changed)s changed, %(removed)s removed")
    ),
    r"(?P<count>\d+) units: (?P<added>\d+) added, (?P<restored>\d+) restored, (?P<changed>\d+) changed, "
    r"(?P<abolished>\d+) abolished": lazy_gettext(
        "%(count)s units: %(added)s added, %(restored)s restored, %(changed)s changed, "
        "%(abolished)s abolished"
    ),
    r"as of (?P<day>[-0-9]+)": lazy_gettext("as of %(day)s"),
    r"into unit (?P<into>\w+), as of (?P<day>[-0-9]+)": lazy_gettext("into unit %(into)s, as of %(day)s"),
    r"(?P<before>.*) → (?P<after>.*), as of (?P<day>[-0-9]+)": lazy_gettext(
        "%(before)s → %(after)s, as of %(day)s"
    ),
    **{
        rf"(?P<span>\S+ – \S+), (?P<days>\d+) days, {what}, (?P<count>\d+) periods recomputed": text
        for what, text in {
            "works": lazy_gettext("%(span)s, %(days)s days: works; periods recomputed: %(count)s"),
            "off": lazy_gettext("%(span)s, %(days)s days: off; periods recomputed: %(count)s"),
            "undecided": lazy_gettext(
                "%(span)s, %(days)s days: not decided any more; periods recomputed: %(count)s"
            ),
            "from file": lazy_gettext("%(span)s, %(days)s days from a file; periods recomputed: %(count)s"),
            "from package": lazy_gettext(
                "%(span)s, %(days)s days from China's calendar; periods recomputed: %(count)s"
            ),
            r"takes back version (?P<version>\d+)": lazy_gettext(
                "%(span)s, %(days)s days: version %(version)s taken back; periods recomputed: %(count)s"
            ),
        }.items()
    },
    r"case (?P<number>\d+)": lazy_gettext("case %(number)s"),
    r"document (?P<name>\w+)": lazy_gettext("document %(name)s"),
    r"consultation (?P<number>\d+)": lazy_gettext("consultation %(number)s"),
    r"it stands outside the chain": lazy_gettext("it stands outside the chain"),
    r"row (?P<row>-?\d+) holds what no entry can hold": lazy_gettext(
        "database row %(row)s holds what no entry can hold"
    ),
    r"the chain begins anew here: of many rows before it none was an entry": lazy_gettext(
        "the chain begins anew here: of many rows before it none was an entry"
    ),
    r"the entries (?P<first>\d+) to (?P<last>-?\d+) before it are missing": lazy_gettext(
        "the entries %(first)s to %(last)s before it are missing"
    ),
    r"it does not follow the entry before: that one was replaced or changed": lazy_gettext(
        "it does not follow the entry before: that one was replaced or changed"
    ),
    r"it was changed: its hash is another": lazy_gettext("it was changed: its hash is another"),
    r"a row holds what it cannot hold: (?P<problem>.+)": lazy_gettext(
        "a row holds what it cannot hold: %(problem)s"
    ),
    r"its detail was changed": lazy_gettext("its detail was changed"),
    r"its detail was changed: it had been erased": lazy_gettext("its detail was changed: it had been erased"),
    r"its detail was taken away, and no entry says so": lazy_gettext(
        "its detail was taken away, and no entry says so"
    ),
    r"the end of the chain was cut off: on (?P<when>.+) its hash was another": lazy_gettext(
        "the end of the chain was cut off: on %(when)s its hash was another"
    ),
    r"the chain was made anew: on (?P<when>.+) its hash was another": lazy_gettext(
        "the chain was made anew: on %(when)s its hash was another"
    ),
    r"(?P<heads>\d+) from (?P<first>.+) to (?P<last>.+) went with the restore noted in entry (?P<entry>\d+), "
    r"which only the database knows of; if the office did restore then: (?P<command>.+)": lazy_gettext(
        "%(heads)s from %(first)s to %(last)s went with the restore noted in entry %(entry)s, which only the "
        "database knows of; if the office did restore then: %(command)s"
    ),
    r"(?P<heads>\d+) that were written to (?P<place>.+) are not there: is its disk mounted, "
    r"was it cut off\?": (
        lazy_gettext(
            "%(heads)s that were written to %(place)s are not there: is its disk mounted, was it cut off?"
        )
    ),
    r"they cannot be read: (?P<problem>.+)": lazy_gettext("they cannot be read: %(problem)s"),
    r"the newest could not be written: (?P<problem>.+)": lazy_gettext(
        "the newest could not be written: %(problem)s"
    ),
    r"the audit trail does not know it": lazy_gettext("the audit trail does not know it"),
    r"what the audit trail says of its row was erased": lazy_gettext(
        "what the audit trail says of its row was erased"
    ),
    r"its row was changed": lazy_gettext("its row was changed"),
    r"its row is missing": lazy_gettext("its row is missing"),
    r"(?P<file>\S+) has (?P<bytes>\d+) bytes and had (?P<before>\d+)": lazy_gettext(
        "%(file)s has %(bytes)s bytes and had %(before)s"
    ),
    r"(?P<file>\S+) was changed: its SHA-256 is another": lazy_gettext(
        "%(file)s was changed: its SHA-256 is another"
    ),
    r"(?P<file>\S+) is missing": lazy_gettext("%(file)s is missing"),
}
"""How the hotline's own details look, and what each says."""
MOST_SEATS = 99
_HASH = re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{8})[0-9a-f]{24,56}(?![0-9A-Za-z])")


def act_subject(subject: str) -> str:
    """What an act was done to, in the user's language."""
    if whole := WHOLE_SUBJECTS.get(subject):
        return str(whole)
    if subject.startswith("seat "):
        return seat_title(subject.removeprefix("seat "))
    if to_a_seat := re.fullmatch(r"message (\d+) to (\w+)", subject):
        return str(gettext("message %(id)s to %(seat)s", id=to_a_seat[1], seat=seat_title(to_a_seat[2])))
    for kind, text in SUBJECT_NAMES.items():
        if subject.startswith(f"{kind} "):
            return str(text) % {"name": subject.removeprefix(f"{kind} ")}
    return subject


def subject_meant(typed: str) -> str:
    """How a subject begins that was typed as the page shows it, or as it is kept."""
    whole = (*WHOLE_SUBJECTS, *(f"seat seat{number:02}" for number in range(1, MOST_SEATS + 1)))
    if as_kept := next((each for each in whole if act_subject(each) == typed), ""):
        return as_kept
    for kind, text in SUBJECT_NAMES.items():
        shown = str(text).partition("%(name)s")[0].strip()
        if typed.startswith(f"{shown} "):
            return f"{kind} {typed.removeprefix(shown).strip()}"
    return typed


def act_detail(detail: str, action: str) -> str:
    """The detail of an entry in the user's language; what somebody has typed as it is."""
    if action in TYPED:
        return detail
    for pattern, text in PATTERNS.items():
        if found := re.fullmatch(pattern, detail, re.DOTALL):
            return str(text) % found.groupdict()
    return _first_word_named(detail, ROLE_NAMES if action.endswith((" user", " role")) else STATE_NAMES)


def _first_word_named(detail: str, names: Mapping[str, LazyString]) -> str:
    first, _, rest = detail.partition(" ")
    return f"{names[first]} {rest}".strip() if first in names else detail


def hashes_shortened(text: str) -> Markup:
    """Text with the beginnings of hashes and identifiers; each is whole where one points at it."""
    return Markup(_HASH.sub(r'<abbr title="\g<0>">\1…</abbr>', str(escape(text))))  # noqa: S704 - escaped


def set_up(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.filters.update(
        act_subject=act_subject, act_detail=act_detail, hashes_shortened=hashes_shortened
    )
    app.jinja_env.globals.update(ACTION_NAMES=ACTION_NAMES)
