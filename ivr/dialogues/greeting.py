"""The first words of a call, and the choice of a language."""

from ivr.call import MENU_SECONDS, Call

ENGLISH = "9"


def greeting(
    call: Call, welcome: str, *offer: str, keys: str, on_silence: str, seconds: float = MENU_SECONDS
) -> str:
    """Greet and return the key, or ``on_silence``. ``9`` greets once more, in English.

    ``offer``: what is said of that; where there is no time for it, the key works all the same.
    """
    if call.language == "zh":
        choice = call.choose(welcome, *offer, keys=keys + ENGLISH, on_silence=on_silence, seconds=seconds)
        if choice != ENGLISH:
            return choice
        call.speak("en")
    return call.choose(welcome, keys=keys, on_silence=on_silence, seconds=seconds)
