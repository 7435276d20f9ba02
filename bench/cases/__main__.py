"""``python -m bench.cases``: what answers and pages cost as the register grows, as Markdown."""

import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

import click
from flask.testing import FlaskClient
from sqlalchemy import select
from tqdm import tqdm

from bench.calls.__main__ import machine
from bench.cases import filling
from hotline import sessions
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.people import User
from hotline.settings_file import Settings
from tests.kit import databases
from web import cookies
from web.app import create_app

TIMES = 40
"""How often each is asked."""
ZONE = "Asia/Shanghai"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
Ask = Callable[[int], object]


@click.command()
@click.argument("counts", type=click.IntRange(1000), nargs=-1)
@click.option(
    "--database-url", default="", help="An empty PostgreSQL database; else SQLite, one for each count."
)
def main(counts: Sequence[int], database_url: str) -> None:
    """Measure with so many cases (COUNTS, 10000 and 200000 unless told), each asked for 40 times.

    The pages are those of the desk, from the request to the last byte, within one process.
    """
    click.echo(machine())
    click.echo("| cases | what | median ms | 95 % ms |\n|---:|---|---:|---:|")
    for count in counts or (10_000, 200_000):
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            settings = Settings(state_dir=Path(folder), database_url=database_url)
            databases.new(settings)
            for what, took in _measured(settings, count):
                click.echo(f"| {count:,} | {what} | {median(took):.1f} | {quantiles(took, n=20)[-1]:.1f} |")


def _measured(settings: Settings, count: int) -> list[tuple[str, list[float]]]:
    db = Database(settings.database_url)
    clerk = filling.people_and_units(db)
    numbers = filling.fill(db, count, clerk)
    asked = _questions(settings, db, numbers)
    return [(what, [_took(ask, turn) for turn in range(TIMES)]) for what, ask in tqdm(asked, leave=False)]


def _took(ask: Ask, turn: int) -> float:
    """In milliseconds."""
    begin = time.perf_counter()
    ask(turn)
    return (time.perf_counter() - begin) * 1000


def _questions(settings: Settings, db: Database, numbers: Sequence[str]) -> list[tuple[str, Ask]]:
    chance = random.Random(filling.SAME)  # noqa: S311 - which case is asked for is no secret
    some = [chance.choice(numbers) for _ in range(TIMES)]
    app = create_app(settings, db, lambda: filling.NOW)
    chief, officer = (_signed_in(app.test_client(), settings, db, name) for name in ("chief", "officer"))

    def answer(turn: int) -> None:
        with db.reading() as session:
            if enquiries.look_up(session, some[turn], ZONE) is None:
                raise LookupError(some[turn])

    def page(client: FlaskClient, address: str) -> Ask:
        return lambda turn: _loaded(client, address.format(some[turn]))

    def search(text: str) -> Ask:
        found = TOKEN.search(chief.get("/cases").get_data(as_text=True))
        sent = {"csrf_token": found[1] if found else "", "search": text}
        return page(chief, chief.post("/cases", data=sent).headers["Location"])

    return [
        ("number → answer", answer),
        ("register, first page", page(chief, "/cases")),
        ("register, by due day", page(chief, "/cases?order=due")),
        ("register, red", page(chief, "/cases?light=red&order=due")),
        ("register, one unit", page(chief, f"/cases?unit_code={filling.OFFICER_UNIT}")),
        ("register, letters", page(chief, "/cases?channel=letter")),
        ("register, a month", page(chief, "/cases?first=2026-10-01&last=2026-10-31")),
        ("register, a page in its middle", page(chief, "/cases?after={}")),
        ("search, a whole number", search(numbers[len(numbers) // 2])),
        ("search, words of one case in a thousand", search(filling.RARE)),
        ("search, words that are nowhere", search("没有这样的词")),
        ("the page of a case", page(chief, "/cases/{}")),
        ("a unit's own list", page(officer, "/cases")),
    ]


def _signed_in(client: FlaskClient, settings: Settings, db: Database, name: str) -> FlaskClient:
    with db.writing() as session:
        user = session.scalars(select(User).where(User.name == name)).one()
        token = sessions.begin(session, user.id, filling.NOW, timedelta(hours=1))
    client.set_cookie(cookies.name_of(settings.web, "session"), token)
    return client


def _loaded(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise LookupError(f"{address}: {answer.status}")


if __name__ == "__main__":
    main()
