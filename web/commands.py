"""``hotline web``: the web server, gunicorn with a few threads, on the address of the settings."""

import resource
import socket
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.http import wsgi

from hotline import settings_file
from hotline.database import Database
from hotline.settings_file import Settings
from web import session_key
from web.app import create_app
from web.whole_requests import WholeRequests

HERE = Path(__file__).parent
WORKERS, THREADS, CONNECTIONS = 2, 256, 2000
"""Each page that listens for changes (``web.live``) has a thread to itself, and the two processes do not
share them evenly: each alone has enough for 200 pages (``web.live.watcher``) and the work beside. Only
threads in use are made."""
NEEDED = {
    HERE / "static" / "vendor" / "htmx.min.js": "cd web && npm ci && npm run vendor",
    HERE / "static" / "vendor" / "wavesurfer.esm.js": "cd web && npm ci && npm run vendor",
    HERE / "static" / "vendor" / "jssip.esm.js": "cd web && npm ci && npm run vendor",
    HERE / "static" / "vendor" / "echarts.esm.js": "cd web && npm ci && npm run vendor",
    HERE / "translations" / "zh" / "LC_MESSAGES" / "messages.mo": "pybabel compile -d web/translations",
}
ACCESS_LOG = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(L)s'
"""The path without its query, in which a search for a caller's number may stand."""


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything here; it reads no file and no command line of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        wsgi.SERVER = "hotline"  # there is no setting for it
        for name, value in options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one worker process, with a database connection of its own."""
        return create_app(self.settings, Database(self.settings.database_url))


def options(settings: Settings) -> dict[str, Any]:
    """Gunicorn's settings. All it writes lies in the state directory."""
    return {
        "bind": f"{settings.web.bind}:{settings.web.port}",
        "worker_class": WholeRequests,
        "workers": WORKERS,
        "threads": THREADS,
        "worker_connections": CONNECTIONS,
        "sendfile": False,  # it waits for a visitor who takes nothing without an end
        "timeout": 60,
        "graceful_timeout": 3,
        "keepalive": 5,
        "forwarder_headers": "",  # whoever asks does not say where our pages begin (SCRIPT_NAME, PATH_INFO)
        "worker_tmp_dir": str(settings.run_dir),
        "control_socket_disable": True,
        "accesslog": "-",
        "access_log_format": ACCESS_LOG,
        "proc_name": "hotline-web",
        "post_worker_init": let_streams_end,
    }


def let_streams_end(worker: Any) -> None:
    """Tell the application when its process is asked to end: streams would hold it up till it is killed."""
    worker.wsgi.config["STILL_SERVING"] = lambda: worker.alive


@click.command("web")
def serve() -> None:
    """Serve the pages until stopped."""
    settings = settings_file.current()
    for file, command in NEEDED.items():
        if not file.exists():
            raise click.ClickException(f"{file.name} is missing; make it with: {command}")
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    session_key.read_or_make(settings.state_dir)  # before the workers are forked, so that they agree
    refuse_taken_port(settings)
    allow_connections()
    Server(settings).run()


def allow_connections() -> None:
    """Let a process open as many files as it may have connections; often no more than 1024 are allowed at
    first."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = 2 * CONNECTIONS if most == resource.RLIM_INFINITY else min(2 * CONNECTIONS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(few, enough), most))


def refuse_taken_port(settings: Settings) -> None:
    """Say at once, in one sentence, that the port cannot be had. Raises ClickException."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((str(settings.web.bind), settings.web.port))
        except OSError as error:
            raise click.ClickException(
                f"the web server cannot use {settings.web.bind}:{settings.web.port} ({error.strerror}); "
                "stop what uses it or set another port in HOTLINE_WEB__PORT"
            ) from None
