"""How values are shown: lengths, waiting times, telephone and case numbers, names of states."""

from datetime import datetime, timedelta

from flask import Flask
from flask_babel import format_datetime, gettext, lazy_gettext
from flask_login import current_user

from hotline import audit
from hotline.calls.call_stretches import HeardSpeaker
from hotline.cases import case_number
from hotline.cases.cases import Category
from hotline.cases.origins import Origin
from hotline.grants import may, may_somewhere
from hotline.who_may import Act
from web.services import services

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
CHANNEL_NAMES = {
    Origin.CALL: lazy_gettext("Telephone call"),
    Origin.LETTER: lazy_gettext("Letter"),
    Origin.VISIT: lazy_gettext("Visit"),
    Origin.APPOINTMENT: lazy_gettext("Video appointment"),
}
SPEAKER_NAMES = {
    HeardSpeaker.CALLER: lazy_gettext("The caller"),
    HeardSpeaker.AGENT: lazy_gettext("The seat"),
    HeardSpeaker.COLLEAGUE: lazy_gettext("A colleague"),
    HeardSpeaker.EITHER: lazy_gettext("The caller or a colleague"),
}
ROLE_NAMES = {
    "clerk": lazy_gettext("Clerk"),
    "supervisor": lazy_gettext("Supervisor"),
    "administrator": lazy_gettext("Administrator"),
    "wallboard": lazy_gettext("Wallboard"),
    "unit officer": lazy_gettext("Unit officer"),
    "unit head": lazy_gettext("Unit head"),
    "leader": lazy_gettext("Leader"),
}


def length(seconds: float) -> str:
    """Minutes and seconds, such as 1:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def waiting(since: datetime) -> str:
    """How long ago something was, in the two largest units that matter."""
    minutes = max(0, int((services().now() - since) / timedelta(minutes=1)))
    if minutes < 60:
        return str(gettext("%(minutes)d min", minutes=minutes))
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return str(gettext("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes))
    return str(gettext("%(days)d days", days=hours // 24))


def moment(at: datetime) -> str:
    """A moment in the office's time zone, to the minute."""
    return str(format_datetime(at, "yyyy-MM-dd HH:mm"))


def size_of_file(count: int) -> str:
    """Bytes as the office's computers show them: 640 KB, 2.4 MB."""
    if count < 1 << 20:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / (1 << 20):.1f} MB"


def second(at: datetime) -> str:
    """A moment in the office's time zone, to the second."""
    return str(format_datetime(at, "yyyy-MM-dd HH:mm:ss"))


def caller(number: str) -> str:
    """A caller's number, or that there is none."""
    return number or str(gettext("number withheld"))


def listed(number: str) -> str:
    """The same in a list: shortened for who need not call, 138*****678. What one opens shows the whole."""
    whole = may(current_user, Act.READ_NUMBERS)
    return caller(number if whole else audit.shortened(number))


def set_up(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.filters.update(
        length_of_time=length,
        waiting=waiting,
        moment=moment,
        second=second,
        size_of_file=size_of_file,
        caller=caller,
        listed=listed,
        spaced=case_number.spaced,
    )
    app.jinja_env.globals.update(
        STATE_NAMES=STATE_NAMES,
        CATEGORY_NAMES=CATEGORY_NAMES,
        CHANNEL_NAMES=CHANNEL_NAMES,
        ROLE_NAMES=ROLE_NAMES,
        SPEAKER_NAMES=SPEAKER_NAMES,
        may=may,
        may_somewhere=may_somewhere,
        Act=Act,
    )
