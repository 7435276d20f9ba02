"""What ``hotline doctor`` says of signing in. A trial on this machine alone needs none of it."""

from collections.abc import Iterator

from hotline.finding import Finding
from hotline.settings_file import Settings


def check(settings: Settings) -> Iterator[Finding]:
    """Passwords and sessions travel over HTTPS, and who may see most needs more than a password."""
    web = settings.web
    is_open = not web.bind.is_loopback
    remedy = "put a web server with HTTPS in front (docs/install.md) and set web.secure_cookies = true"
    said = f"the pages are bound to {web.bind}, secure_cookies is {'on' if web.secure_cookies else 'off'}"
    yield Finding("https", web.secure_cookies or not is_open, said, remedy)
    is_trial = not is_open and not web.secure_cookies and not web.proxies and not settings.seats.wss_url
    said = "demanded of" if web.demand_second_factor else "not demanded of"
    said += " supervisors and administrators" + " (a trial on this machine)" * is_trial
    remedy = "set web.demand_second_factor = true; who has none is led to set it up after the password"
    yield Finding("second factor", web.demand_second_factor or is_trial, said, remedy)
