"""A browser in a word or two, for the list of one's sessions. What it says of itself proves nothing."""

BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("QQBrowser", "QQ Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that is found: most say the names of others, too."""
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def short(user_agent: str) -> str:
    """``Firefox · Windows``; what is not known, its first 40 printable characters."""
    said = user_agent[:512]
    found = [next((name for sign, name in each if sign in said), "") for each in (BROWSERS, SYSTEMS)]
    plain = "".join(each for each in said if each.isprintable())[:40]
    return " · ".join(filter(None, found)) if found[0] else plain
