"""Refusals: why something is not done, as a code, with its words in each language beside it.

A rule says ``raise Refused("unit_code", CannotRegister.NO_UNIT)``. Code compares reasons; the words are for
people alone, and may be changed without looking for who else reads them.
"""

from enum import Enum


class Reason(Enum):
    """Why a rule refuses: each rule has its own, as members of a class beside it.

    A member's value is what is said in English and in Chinese, and third, where the command line says it in
    other words, those. ``{most}`` in a text is a value that is given where the reason is raised.
    """

    def __init__(self, english: str, chinese: str, on_command_line: str = "") -> None:
        self.texts = {"en": english, "zh": chinese}
        self.on_command_line = on_command_line or english

    def said(self, language: str, /, **values: object) -> str:
        """What a page says in this language, ``en`` or ``zh``."""
        return self.texts[language].format(**values)


class Refused(Exception):
    """What was entered or asked for is not done. As text it is what the command line says.

    ``field``: the input to mend; empty where nothing that was entered is wrong.
    """

    def __init__(self, field: str, reason: Reason, /, **values: object) -> None:
        super().__init__(reason.on_command_line.format(**values))
        self.field, self.reason, self.values = field, reason, values

    def said(self, language: str) -> str:
        """What a page says in this language."""
        return self.reason.said(language, **self.values)
