"""Headers of every answer: what the browser may load, who may frame us, and that pages are not kept."""

import secrets

from flask import Flask, Response, g, request

from web.services import services

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ONLY_HTTPS = "max-age=31536000"
"""A browser that was here over HTTPS comes back over nothing else for a year. Says nothing of other hosts."""
WITH_MICROPHONE = "camera=(), microphone=(self), geolocation=()"


def style_nonce() -> str:
    """The nonce of this answer, for the one style sheet that the waveform makes inside its shadow tree."""
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    nonce: str = g.style_nonce
    return nonce


def allow_telephone(url: str) -> None:
    """Let this page use the microphone, and connect to the exchange at ``url`` and nowhere else."""
    g.telephone = url


def allow_keeping() -> None:
    """Let browsers keep this answer and ask each time: it says nothing of a caller and has an ETag."""
    g.may_be_kept = True


def sandbox(has_viewer: bool = False) -> None:
    """Let this answer, which somebody else has made, be looked at and do nothing.

    ``has_viewer``: it is PDF, which browsers show in a viewer that is apart from all pages. Chromium's does
    not start in a sandbox of ours, and nothing would be seen.
    """
    g.only_looked_at = "" if has_viewer else "; sandbox"


def policy() -> str:
    """The content security policy: everything from ourselves, nothing inline, no frames."""
    if "only_looked_at" in g:
        return f"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'{g.only_looked_at}"
    styles = f"'self' 'nonce-{g.style_nonce}'" if "style_nonce" in g else "'self'"
    exchange = f" {g.telephone}" if "telephone" in g else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            "img-src 'self'",
            "media-src 'self'",
            f"connect-src 'self'{exchange}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def set_up(app: Flask) -> None:
    """Set the headers on every answer of the application."""
    app.jinja_env.globals["style_nonce"] = style_nonce

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy()
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if services().settings.web.secure_cookies:
            response.headers["Strict-Transport-Security"] = ONLY_HTTPS
        if "telephone" in g:
            response.headers["Permissions-Policy"] = WITH_MICROPHONE
        if "may_be_kept" in g:
            response.headers["Cache-Control"] = "private, no-cache"
        elif request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"  # office machines are shared
        return response
