"""``GET /live``: one line whenever something has changed, over a connection that stays open.

The answer follows the format of server-sent events (WHATWG HTML, 9.2). Nothing of callers is in it: a page
that hears of a change fetches what it shows.
"""

import json
from collections.abc import Iterator

from flask import Blueprint, Response, current_app
from flask_login import current_user

from web.address import address
from web.live.watcher import ListenerOwner, Watcher
from web.services import services
from web.sign_in.guard import background, idle_limit

BEAT_SECONDS = 3.0
"""So often the page hears something even when nothing changes; it gives us up after three times that."""

live = Blueprint("live", __name__)


@live.get("/live")
@background
def stream() -> Response:
    """Changes as they happen, until the page goes or its user signs out."""
    whose = ListenerOwner(current_user.token_hash, current_user.id, address())
    response = Response(events(watcher(), whose), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # nginx in front of us must not collect it
    return response


def events(watching: Watcher, whose: ListenerOwner) -> Iterator[str]:
    """What goes over the wire: an event for a change, a comment when there was none."""
    for seen in watching.listen(whose, BEAT_SECONDS):
        if seen is None:
            yield ":\n\n"
        else:
            data = json.dumps({"version": seen.version, "exchange": seen.exchange})
            yield f"event: change\ndata: {data}\n\n"


def watcher() -> Watcher:
    """The watcher of this process and application."""
    known = current_app.extensions.get("live")
    if known is None:
        serving = current_app.config.get("STILL_SERVING", lambda: True)
        known = Watcher(services().database, services().now, idle_limit(services()), serving)
        known = current_app.extensions.setdefault("live", known)
    watching: Watcher = known
    return watching
