"""Whether the ports of the settings are free, before anything is started."""

import socket
from collections.abc import Iterator

from hotline.settings import Settings


def taken(settings: Settings) -> Iterator[str]:
    """One sentence for each port that another program has, naming the setting to change."""
    loopback = "127.0.0.1"
    wanted = [
        ("sip", str(settings.sip.bind), settings.sip.port, socket.SOCK_DGRAM),
        ("agi", loopback, settings.agi.port, socket.SOCK_STREAM),
        ("ami", loopback, settings.ami.port, socket.SOCK_STREAM),
        ("web", str(settings.web.bind), settings.web.port, socket.SOCK_STREAM),
    ]
    for section, address, port, kind in wanted:
        if problem := bind_problem(address, port, kind):
            yield (
                f"{section}.port = {port} cannot be used on {address} ({problem}): "
                f"set port in [{section}] of hotline.toml, or HOTLINE_{section.upper()}__PORT, to a free port"
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
