"""Whether the ports of the settings are free, before anything is started.

Without its port a part of ours could not run, so ``hotline start`` ends at once and says which. The two ports
of the seats' encrypted telephones are no reason not to take calls: the hotline runs without them.
"""

import socket
from collections.abc import Iterator

from hotline.settings_file import Settings

LOOPBACK = "127.0.0.1"
PLAIN_HTTP = "127.0.0.2"
"""Where Asterisk's plain web server has to listen beside the encrypted one: asterisk_conf/http.conf.j2."""


def taken(settings: Settings) -> Iterator[str]:
    """One sentence for each port that another program has and a part of ours needs."""
    wanted = [
        ("sip", str(settings.sip.bind), settings.sip.port, socket.SOCK_DGRAM),
        ("agi", LOOPBACK, settings.agi.port, socket.SOCK_STREAM),
        ("ami", LOOPBACK, settings.ami.port, socket.SOCK_STREAM),
        ("web", str(settings.web.bind), settings.web.port, socket.SOCK_STREAM),
    ]
    for section, address, port, kind in wanted:
        if problem := bind_problem(address, port, kind):
            yield _sentence(section, "port", port, f"cannot be used on {address} ({problem})")


def unusable(settings: Settings) -> dict[str, str]:
    """Of the seats' transports, ``wss`` and ``tls``, those that cannot be had, each with a sentence.

    The trunk's port is UDP, but by its number the dialplan tells the trunk from telephones.
    """
    others = {getattr(settings, name).port: f"{name}.port" for name in ("sip", "agi", "ami", "web")}
    problems: dict[str, str] = {}
    for transport, section, key, port, addresses in (
        ("wss", "seats", "wss_port", settings.seats.wss_port, (LOOPBACK, PLAIN_HTTP)),
        ("tls", "sip", "tls_port", settings.sip.tls_port, (str(settings.sip.bind),)),
    ):
        found = f"is {others[port]}, too" if port in others else _first_problem(addresses, port)
        if found:
            problems[transport] = _sentence(section, key, port, found)
        others[port] = f"{section}.{key}"
    return problems


def _first_problem(addresses: tuple[str, ...], port: int) -> str:
    found = ((each, bind_problem(each, port, socket.SOCK_STREAM)) for each in addresses)
    return next((f"cannot be used on {each} ({problem})" for each, problem in found if problem), "")


def _sentence(section: str, key: str, port: int, problem: str) -> str:
    return (
        f"{section}.{key} = {port} {problem}: set {key} in [{section}] "
        f"of hotline.toml, or HOTLINE_{section.upper()}__{key.upper()}, to a free port"
    )


def bind_problem(address: str, port: int, kind: int) -> str:
    """Why ``port`` cannot be bound; empty when it can."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:  # a port whose last connections are still closing is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return (error.strerror or "cannot be bound").lower()
    return ""
