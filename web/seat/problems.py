"""What the exchange says when an order was not obeyed, so that it is known to the translations."""

from flask_babel import lazy_gettext

PROBLEMS = (
    lazy_gettext("another seat is being asked, or the caller is on hold"),
    lazy_gettext("it failed; the log says why"),
    lazy_gettext("it was not obeyed in time; try again"),
    lazy_gettext("no other seat has answered"),
    lazy_gettext("no other seat is being asked"),
    lazy_gettext("only a supervisor may do this"),
    lazy_gettext("somebody else has signed in at this seat"),
    lazy_gettext("that call is over; look at the seat again"),
    lazy_gettext("the caller was put on hold at the telephone itself"),
    lazy_gettext("the exchange has refused; look at the seat again"),
    lazy_gettext("the exchange is out of reach"),
    lazy_gettext("the other seat cannot be rung now"),
    lazy_gettext("the wrap-up was extended once already"),
    lazy_gettext("the recording is paused; barge in when it goes on"),
    lazy_gettext("the recording is paused; hand the call on when it goes on"),
    lazy_gettext("the other seat is recorded, too; go back to the caller first"),
    lazy_gettext("there is no call at this seat"),
    lazy_gettext("this cannot be asked of a seat"),
    lazy_gettext("this is none of the reasons"),
    lazy_gettext("this is your own seat"),
    lazy_gettext("this seat is not in wrap-up"),
    lazy_gettext("this seat is not known yet; try again"),
    lazy_gettext("you have signed in at another seat; sign out there first"),
    lazy_gettext("your own seat cannot be rung now"),
    lazy_gettext("you are on a call at your own seat; hang up first, then choose again"),
)
