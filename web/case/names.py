"""What moves, periods and choices are called."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from hotline.cases.moves import DeclineGround, Given, Manner, Move, ReplyOutcome
from hotline.cases.periods import PeriodKind
from hotline.documents.kinds import PICTURES, DocumentKind

MOVE_NAMES = {
    Move.DISPATCH: lazy_gettext("Send to the unit"),
    Move.ACCEPT: lazy_gettext("Accept"),
    Move.DECLINE: lazy_gettext("Do not accept"),
    Move.OBJECT: lazy_gettext("Object: another unit is responsible"),
    Move.AGREE: lazy_gettext("Agree, and choose another unit"),
    Move.DISAGREE: lazy_gettext("The unit stays responsible"),
    Move.RECALL: lazy_gettext("Take it back from the unit"),
    Move.EXTEND: lazy_gettext("Extend the time for handling"),
    Move.REPLY: lazy_gettext("Reply"),
    Move.SEND_BACK: lazy_gettext("Back to the unit"),
    Move.CLOSE: lazy_gettext("Close the case"),
    Move.NAME_ACCUSED: lazy_gettext("Name the accused unit"),
}
"""On the button that makes a move."""
EVENT_NAMES = {
    Move.CARRY_OVER: lazy_gettext("registered (before there was a history)"),
    Move.REGISTER: lazy_gettext("registered"),
    Move.WITHDRAW: lazy_gettext("registration undone"),
    Move.ADD_DOCUMENT: lazy_gettext("document added"),
    Move.SUPPLEMENT: lazy_gettext("a further part was heard"),
    Move.JOIN: lazy_gettext("joined to it"),
    Move.PART: lazy_gettext("parted from it"),
    Move.RECOMPUTE: lazy_gettext("calendar changed: last day computed anew"),
    Move.DISPATCH: lazy_gettext("sent to the unit"),
    Move.ACCEPT: lazy_gettext("accepted"),
    Move.DECLINE: lazy_gettext("not accepted"),
    Move.OBJECT: lazy_gettext("objected to by the unit"),
    Move.AGREE: lazy_gettext("objection agreed to"),
    Move.DISAGREE: lazy_gettext("objection not agreed to"),
    Move.RECALL: lazy_gettext("taken back from the unit"),
    Move.EXTEND: lazy_gettext("time extended"),
    Move.REPLY: lazy_gettext("replied to"),
    Move.SEND_BACK: lazy_gettext("sent back to the unit"),
    Move.CLOSE: lazy_gettext("closed"),
    Move.NAME_ACCUSED: lazy_gettext("accused unit named"),
}
"""In the history."""
KIND_NAMES = {
    DocumentKind.PDF: "PDF",
    DocumentKind.JPEG: lazy_gettext("picture (JPEG)"),
    DocumentKind.PNG: lazy_gettext("picture (PNG)"),
    DocumentKind.DOCX: "Word",
    DocumentKind.XLSX: "Excel",
    DocumentKind.WAV: lazy_gettext("sound (WAV)"),
    DocumentKind.MP3: lazy_gettext("sound (MP3)"),
    DocumentKind.M4A: lazy_gettext("sound (M4A)"),
}
SHOWN_KINDS = frozenset({*PICTURES, DocumentKind.PDF})
"""Documents that a browser shows by itself; all others are saved."""
PERIOD_NAMES = {
    PeriodKind.DISPATCH: lazy_gettext("to be sent to the unit"),
    PeriodKind.NOTICE: lazy_gettext("unit to say whether it accepts"),
    PeriodKind.HANDLING: lazy_gettext("unit to reply"),
    PeriodKind.EXTENSION: lazy_gettext("unit to reply, extended"),
}
ARTICLES = {
    PeriodKind.DISPATCH: 22,
    PeriodKind.NOTICE: 23,
    PeriodKind.HANDLING: 34,
    PeriodKind.EXTENSION: 34,
}
"""Of the Regulations on Petition Work (信访工作条例, 2022)."""
CHOICE_NAMES: Mapping[Given, Mapping[str, LazyString]] = {
    Given.MANNER: {
        Manner.TRANSFER: lazy_gettext("transfer"),
        Manner.ASSIGNMENT: lazy_gettext("assignment, with a report to the office"),
    },
    Given.GROUND: {
        DeclineGround.NOT_COMPETENT: lazy_gettext("not for the unit to decide"),
        DeclineGround.PENDING: lazy_gettext("being handled elsewhere already"),
        DeclineGround.LEGAL_ROUTE: lazy_gettext("for a court, arbitration or administrative review"),
        DeclineGround.FINAL: lazy_gettext("decided for the last time after a re-review"),
    },
    Given.OUTCOME: {
        ReplyOutcome.SUPPORTED: lazy_gettext("supported"),
        ReplyOutcome.PARTLY: lazy_gettext("partly supported"),
        ReplyOutcome.NOT_SUPPORTED: lazy_gettext("not supported"),
    },
}
CHOICE_LABELS = {
    Given.MANNER: lazy_gettext("How"),
    Given.GROUND: lazy_gettext("Ground"),
    Given.OUTCOME: lazy_gettext("Outcome"),
}
TEXT_LABELS = {
    Move.DECLINE: lazy_gettext("Reasons, as the petitioner is told"),
    Move.OBJECT: lazy_gettext("Reasons in detail, and which unit is responsible"),
    Move.DISAGREE: lazy_gettext("Why the unit stays responsible"),
    Move.RECALL: lazy_gettext("Why it goes to another unit"),
    Move.EXTEND: lazy_gettext("Reason, as the petitioner is told"),
    Move.REPLY: lazy_gettext("Reply: facts, ground, decision"),
    Move.SEND_BACK: lazy_gettext("What is still to be done"),
}
