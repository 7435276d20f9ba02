"""Changing the calendar and taking a change back: what follows is shown, and asked, before it is done."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.handling import calendar_acts
from hotline.handling.calendar_acts import Ask
from hotline.hours import calendar_changing
from hotline.hours.calendar_changing import AskedChange, CannotChangeCalendar
from hotline.refusals import Refused
from hotline.who_may import Act
from web import period
from web.calendar import names, views
from web.refusals import said
from web.services import services
from web.sign_in.guard import needs
from web.typed import typed

Answer = str | tuple[str, int] | Response
acts = Blueprint("acts", __name__)
FIELDS = {"first": 10, "last": 10, "works": 10, "name": 41, "name_en": 81}
"""What may be entered, and how much of it is looked at: one more than a name may have."""
WORKS = {"yes": True, "no": False, "undecided": None}
MOST_SHOWN = 10


@acts.post("/change")
@needs(Act.SET_CALENDAR)
def change() -> Answer:
    """Decide a day, or the days from one to another."""
    entered = {name: typed(request.form.get(name))[:most].strip() for name, most in FIELDS.items()}

    def ask(session: Session) -> AskedChange:
        if entered["works"] not in WORKS:
            raise Refused("works", CannotChangeCalendar.NO_CHOICE)
        works = WORKS[entered["works"]]
        name, name_en = ("", "") if works is None else (entered["name"], entered["name_en"])
        return calendar_changing.span(
            session, _day(entered, "first"), _day(entered, "last"), works, name, name_en
        )

    return _do(ask, entered)


@acts.post("/changes/<int:version>/undo")
@needs(Act.SET_CALENDAR)
def undo(version: int) -> Answer:
    """Take a change back: a further version, in which its days are what they were before."""
    return _do(lambda session: calendar_changing.undoing(session, version), {})


def _do(ask: Ask, entered: Mapping[str, str]) -> Answer:
    hours, now = services().settings.hours, services().now()
    meanwhile = ""
    try:
        if "confirmed" in request.form:
            seen = request.form.get("seen", -1, type=int)
            try:
                with services().database.writing() as session:
                    made = calendar_acts.change(session, ask, seen, current_user.id, hours, now)
                    recomputed = made.recomputed
                flash(_done(recomputed))
                return redirect(url_for("calendar.show", year=_year_of(entered)), 303)
            except Refused as refused:
                if refused.reason is not CannotChangeCalendar.MEANWHILE:
                    raise
                meanwhile = said(refused)
        with services().database.reading() as session:
            follows = calendar_acts.following(session, ask, hours, now)
            return render_template(
                "calendar/confirm.html",
                follows=follows,
                spans=calendar_changing.spans([each.day for each in follows.asked.days]),
                shown=follows.moved[:MOST_SHOWN],
                entered=entered,
                meanwhile=meanwhile,
                names=names,
                year=follows.asked.days[0].day.year,
            )
    except Refused as refused:
        mistakes = {refused.field: said(refused)}
        with services().database.reading() as session:
            return views.page(session, _year_of(entered), entered, mistakes), 422


def _done(recomputed: int) -> str:
    if not recomputed:
        return str(gettext("The calendar is changed."))
    return str(
        gettext(
            "The calendar is changed. Running periods with another last day: %(count)s.",
            count=recomputed,
        )
    )


def _year_of(entered: Mapping[str, str]) -> int:
    """The year that is shown again: that of the first day, where one was entered."""
    year = request.form.get("year", "") or entered.get("first", "")[:4]
    return (
        int(year) if year.isascii() and year.isdigit() and 2020 <= int(year) <= 2099 else period.today().year
    )


def _day(entered: Mapping[str, str], field: str) -> date:
    try:
        return date.fromisoformat(entered[field])
    except ValueError:
        raise Refused(field, CannotChangeCalendar.NO_DAY) from None
