"""Names of our cookies.

They carry the port, because cookies know none: two instances on one host must not share a name. Behind HTTPS
they begin with ``__Host-``: browsers take such a one from this very host over HTTPS alone (RFC 6265bis), so
neither a neighbour under the same domain nor somebody on the line can plant a session of theirs.
"""

from hotline.sections import Web


def name_of(web: Web, what: str) -> str:
    """The name of the cookie for ``session``, ``form`` or ``code``; its path has to be ``/``."""
    return f"{'__Host-' if web.secure_cookies else ''}hotline_{what}_{web.port}"
