"""Where a request comes from: its connection, or what a proxy of ours says of it (``web.proxies``)."""

from ipaddress import ip_address

from flask import Flask, Request, request

from hotline import audit
from hotline.sections import Web
from web.services import services


def address(asked: Request | None = None) -> str:
    """The visitor's address.

    Behind a proxy that is the last one in X-Forwarded-For that is no proxy itself: what stands before it was
    written by the visitor.
    """
    asked, settings = asked or request, services().settings.web
    connection = asked.remote_addr or ""
    if not is_proxy(settings, connection):
        return connection
    stops = [stop.strip() for each in asked.headers.getlist("X-Forwarded-For") for stop in each.split(",")]
    way = [stop for stop in stops if stop] or [connection]
    return next((stop for stop in reversed(way) if not is_proxy(settings, stop)), way[0])


def is_proxy(web: Web, stop: str) -> bool:
    """Whether this address is one of ``web.proxies``; what is no address is none of them."""
    try:
        found = ip_address(stop)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in web.proxies)


def set_up(app: Flask) -> None:
    """Let the audit trail say from which address each act came."""

    @app.before_request
    def say() -> None:
        audit.origin.set(address())
