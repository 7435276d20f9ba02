"""A feature of the pages is one folder, whose ``__init__`` holds one ``FEATURE``; ``web.features`` names all.

All that belongs to it is in the folder: views, forms, templates, scripts, style sheets, words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from flask import Blueprint, request
from flask_babel.speaklater import LazyString

from hotline.who_may import Act


@dataclass(frozen=True)
class NavigationPlace:
    """A link of the navigation, for users who may do ``act``.

    ``name``: in English, as a lazy text; the Chinese for it is in the translations.
    """

    endpoint: str
    name: LazyString
    act: Act

    @property
    def is_current(self) -> bool:
        """Whether this is the page that is shown."""
        return bool(request.endpoint == self.endpoint)


class Opens(Enum):
    """Who gets to an address that does not ask for a sign-in with all that belongs to it."""

    UNASKED = auto()
    """Everybody; who it is is not even looked up, so that it answers without a database."""
    TO_ALL = auto()
    """Everybody."""
    BEFORE_A_NEW_PASSWORD = auto()
    """Who still has a password that somebody else made."""
    BEFORE_A_SECOND_FACTOR = auto()
    """Who has to set up a second factor first."""
    ON_THE_WALL = auto()
    """A screen on the wall, too, whoever walks up to it."""


@dataclass(frozen=True)
class Feature:
    """``blueprint``: its pages; it has the folder's name.

    ``sub_pages``: what has a module and a blueprint of its own. They are nested in the first: their addresses
    begin with that one's, and an endpoint is ``calls.abandoned.show``.

    ``act``: who may not do it gets to no page of it, whatever else a page asks; None: each page for itself.

    ``opens``: endpoint → who gets there without the whole of a sign-in; for all others that is needed.
    """

    blueprint: Blueprint
    sub_pages: tuple[Blueprint, ...] = ()
    places: tuple[NavigationPlace, ...] = ()
    act: Act | None = None
    opens: Mapping[str, Opens] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.act and {Opens.UNASKED, Opens.TO_ALL} & set(self.opens.values()):
            raise ValueError(f"{self.name}: a page open to all cannot ask what its reader may do")
        for page in self.sub_pages:
            self.blueprint.register_blueprint(page)

    @property
    def name(self) -> str:
        """The folder's name, with which templates, scripts and endpoints of the feature begin."""
        return self.blueprint.name

    @property
    def folder(self) -> Path:
        """Where all of it lies."""
        return Path(self.blueprint.root_path)


def opened(features: Iterable[Feature]) -> dict[str, Opens]:
    """Endpoint → who gets there without the whole of a sign-in."""
    named = {endpoint: opens for each in features for endpoint, opens in each.opens.items()}
    return {"static": Opens.UNASKED, **named}
