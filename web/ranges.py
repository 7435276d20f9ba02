"""Files over HTTP in ranges (RFC 9110, section 14)."""

from typing import TYPE_CHECKING

from flask import request
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def in_ranges(response: Response, size: int) -> Response:
    """The answer, or the range of it that was asked for."""
    return response.make_conditional(_with_one_range(), accept_ranges=True, complete_length=size)


def _with_one_range() -> "WSGIEnvironment":
    """The request without a range that we do not serve: other units, or several at once (RFC 9110, 14.2)."""
    asked, environ = request.range, dict(request.environ)
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        environ.pop("HTTP_RANGE", None)
    return environ
