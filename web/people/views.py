"""Adding users, giving them roles and new passwords, and keeping them out."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import audit, guessing, people, second_factor, sign_ins
from hotline.cases import units
from hotline.drafts import FormName
from hotline.grants import may
from hotline.people import OF_A_UNIT, Role, User
from hotline.refusals import Refused
from hotline.seats import seat_orders
from hotline.who_may import Act
from web import drafted, orders
from web.people.forms import NewUserForm
from web.refusals import said
from web.services import services
from web.typed import typed

accounts = Blueprint("people", __name__, url_prefix="/people")


@accounts.get("")
def show() -> str:
    """All users."""
    return _page(NewUserForm(formdata=None))


@accounts.post("")
def add() -> str | tuple[str, int]:
    """Create a user; the generated password is shown on the answer and nowhere else."""
    form, password = NewUserForm(), people.generate_password()
    if not form.validate():
        return _page(form), 422
    kept = people.hashed(password)
    try:
        with services().database.writing() as session:
            user = people.add(session, form.name.data, *_named(form), kept, True, typed(form.unit_code.data))
            _note(session, "add user", user, str(user.role))
            drafted.sent(session, FormName.USER)
            name = user.name
    except Refused as refused:
        form[refused.field if refused.field in form else "name"].errors = [said(refused)]
        return _page(form), 422
    return _page(NewUserForm(formdata=None), name, password)


def _named(form: NewUserForm) -> tuple[str, Role]:
    return typed(form.full_name.data), Role(form.role.data)


@accounts.post("/<int:user_id>/password")
def new_password(user_id: int) -> str:
    """Give a user a generated password, shown once; all sessions of the user end."""
    if "confirmed" not in request.form:
        with services().database.reading() as session:
            return _ask(_user(session, user_id))
    password = people.generate_password()
    kept = people.hashed(password)
    with services().database.writing() as session:
        user = _user(session, user_id)
        people.set_password(session, user, kept, must_change=True)
        order_id = _stand_up(session, user)
        _note(session, "set password", user)
        name = user.name
    orders.say_who_still_sits(order_id)
    return _page(NewUserForm(formdata=None), name, password)


@accounts.post("/<int:user_id>/role")
def change_role(user_id: int) -> Response:
    """Give a user another role, from the next click on. A screen's sessions last longer: they end with it."""
    role = request.form.get("role", "")
    with services().database.writing() as session:
        user = _somebody_else(session, user_id)
        if role not in roles_of(user):
            abort(422)
        before = user.role
        try:
            people.give_role(session, user, Role(role), user.unit_code or "")
        except Refused as refused:
            flash(said(refused))
            return redirect(url_for("people.show"))
        if user.role != before and Role.WALLBOARD in (before, user.role):
            sign_ins.end_all(session, user.id)
        order_id = None if may(user, Act.SIT) else _stand_up(session, user)
        _note(session, "set role", user, role)
    flash(gettext("The role is changed."))
    orders.say_who_still_sits(order_id)
    return redirect(url_for("people.show"))


def roles_of(user: User) -> frozenset[Role]:
    """Roles that this user can be given: who works for a unit stays there, who works in the office here."""
    return OF_A_UNIT if user.role in OF_A_UNIT else frozenset(Role) - OF_A_UNIT


@accounts.post("/<int:user_id>/active")
def set_active(user_id: int) -> str | Response:
    """Keep a user out, or let the user in again."""
    active = request.form.get("active") == "1"
    if not active and "confirmed" not in request.form:
        with services().database.reading() as session:
            return _ask(_somebody_else(session, user_id))
    with services().database.writing() as session:
        user = _somebody_else(session, user_id)
        user.active = active
        sign_ins.end_all(session, user.id)
        order_id = None if active else _stand_up(session, user)
        _note(session, "enable user" if user.active else "disable user", user)
    orders.say_who_still_sits(order_id)
    return redirect(url_for("people.show"))


@accounts.post("/<int:user_id>/end-sessions")
def end_sessions(user_id: int) -> str | Response:
    """Sign a user out everywhere."""
    if "confirmed" not in request.form:
        with services().database.reading() as session:
            return _ask(_somebody_else(session, user_id))
    with services().database.writing() as session:
        user = _somebody_else(session, user_id)
        sign_ins.end_all(session, user.id)
        order_id = _stand_up(session, user)
        _note(session, "end sessions", user)
    flash(gettext("The user is signed out everywhere."))
    orders.say_who_still_sits(order_id)
    return redirect(url_for("people.show"))


@accounts.post("/<int:user_id>/second-factor/reset")
def reset_second_factor(user_id: int) -> str | Response:
    """The telephone is lost: forget it, end the sessions, and the password alone signs in."""
    if "confirmed" not in request.form:
        with services().database.reading() as session:
            return _ask(_somebody_else(session, user_id))
    with services().database.writing() as session:
        user = _somebody_else(session, user_id)
        second_factor.remove(session, user.id)
        sign_ins.end_all(session, user.id)
        order_id = _stand_up(session, user)
        _note(session, "reset second factor", user)
    flash(gettext("The second factor is forgotten. The user sets up a new one after signing in."))
    orders.say_who_still_sits(order_id)
    return redirect(url_for("people.show"))


def _stand_up(session: Session, user: User) -> int | None:
    return seat_orders.stand_up(session, services().now(), user.id, current_user.id)


def _ask(user: User) -> str:
    """Ask before somebody is signed out; the answer comes to the same address."""
    return render_template("people/confirm.html", user=user)


def _user(session: Session, user_id: int) -> User:
    return session.get(User, user_id) or abort(404)


def _somebody_else(session: Session, user_id: int) -> User:
    """Nobody locks out the last administrator by mistake: one's own account is not changed here."""
    return _user(session, user_id) if user_id != current_user.id else abort(403)


def _note(session: Session, action: str, user: User, detail: str = "") -> None:
    audit.note(session, services().now(), current_user.id, action, f"user {user.name}", detail)


def _page(form: NewUserForm, name: str = "", password: str = "") -> str:
    with services().database.reading() as session:
        users = people.everyone(session)
        secured = second_factor.who_have_one(session)
        named = {each.code: each for each in units.of_codes(session, {user.unit_code for user in users})}
    guessed = guessing.guessed(services().database, services().now())
    return render_template(
        "people/people.html",
        form=form,
        users=users,
        name=name,
        password=password,
        guessed=guessed,
        secured=secured,
        roles_of=roles_of,
        units=named,
        unit_typed=typed(request.form.get("unit"))[:200] if form.errors else "",
    )
