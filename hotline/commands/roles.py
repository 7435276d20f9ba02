"""``hotline users roles``: the table of who may what, for people and for programs."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from hotline.people import Role
from hotline.who_may import REACH_NAMES, ROLE_NAMES, WHO_MAY, Words


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for programs.")
def roles(as_json: bool) -> None:
    """Who may what, in Chinese and in English.

    All: whatever it is done to. Own: what one did or wrote oneself, or what the line below the act says.
    """
    if as_json:
        rows = [{"name": name, **asdict(rule)} for name, rule in WHO_MAY.items()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in [*_table(lambda words: words.zh), "", *_table(lambda words: words.en)]:
        click.echo(line.rstrip())


def _table(said: Callable[[Words], str]) -> Iterator[str]:
    """In one of the languages: a column for each role, then the act."""
    widths = {role: _width(said(ROLE_NAMES[role])) + 2 for role in Role}

    def columns(words: dict[Role, Words]) -> str:
        return "".join(_padded(said(words[role]), widths[role]) for role in Role)

    yield columns(ROLE_NAMES)
    for rule in WHO_MAY.values():
        yield columns({role: REACH_NAMES[rule.reach.get(role)] for role in Role}) + said(rule.act)
        if rule.own:
            yield f"  {said(rule.own)}"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: two for each Chinese character."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
