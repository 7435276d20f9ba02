"""The application as Flask has it, with every feature's files in the feature's own folder."""

from collections.abc import Sequence
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory
from jinja2 import FileSystemLoader, PrefixLoader

from web.feature import Feature

HERE = Path(__file__).parent
LAYOUT = HERE / "layout"
"""What every page has: no feature, and found as the features are."""
SENT = frozenset({".js", ".css"})
"""Of a folder, browsers are sent these alone; its templates and its Python lie beside them."""


class Pages(Flask):
    """The template ``seat/seat.html`` and the address ``/static/seat/seat.js`` are files of the folder seat.

    So a script names another by where it lies, ``../layout/page.js``, on the disk as in the browser.
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        super().__init__("web")
        self.features = tuple(features)
        self.folders = {"layout": LAYOUT} | {each.name: each.folder for each in features}
        loaders = {name: FileSystemLoader(folder) for name, folder in self.folders.items()}
        self.jinja_loader = PrefixLoader(loaders)

    def send_static_file(self, filename: str) -> Response:
        """A script or style sheet of a folder, or a file of ``web/static``."""
        folder, _, name = filename.partition("/")
        if folder not in self.folders:
            return super().send_static_file(filename)
        if "/" in name or Path(name).suffix not in SENT:
            abort(404)
        return send_from_directory(self.folders[folder], name, max_age=self.get_send_file_max_age(name))
