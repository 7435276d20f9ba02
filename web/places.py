"""The places of the house: what the navigation offers to whom."""

from flask_login import current_user

from hotline.grants import may_somewhere
from web.feature import NavigationPlace
from web.pages import Pages
from web.sign_in import guard


def set_up(app: Pages) -> None:
    """Let the templates ask for them."""
    every = [place for feature in app.features for place in feature.places]

    def places() -> list[NavigationPlace]:
        """What the user may go to: nowhere until a password of one's own and the second factor are there."""
        if current_user.must_change or guard.owes_second_factor():
            return []
        return [each for each in every if may_somewhere(current_user, each.act)]

    app.jinja_env.globals.update(places=places)
