"""Telephone numbers in what commands list and write: shortened, unless whole ones are asked for."""

import click

from hotline import audit

option = click.option(
    "--whole-numbers", is_flag=True, help="Telephone numbers whole; the audit trail says so."
)


def told(number: str, whole_numbers: bool) -> str:
    """A number as a list or a file tells it."""
    return number if whole_numbers else audit.shortened(number)


def noted(whole_numbers: bool, detail: str = "") -> str:
    """A detail for the audit trail that says, too, whether numbers were whole."""
    return ", ".join(filter(None, [detail, "whole numbers" * whole_numbers]))
