"""Is the web server there, and does its database answer?"""

import logging

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from web.services import services

log = logging.getLogger(__name__)
health = Blueprint("health", __name__)


@health.get("/health")
def answer() -> tuple[str, int]:
    """200 when the database answers, 503 when it does not. Says nothing else: anybody may ask."""
    try:
        services().database.ask()
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", error.__cause__)
        return "database\n", 503
    return "ok\n", 200
