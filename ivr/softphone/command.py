"""``hotline call``: a real SIP call to a running hotline."""

import json
import sys
import tempfile
import time
import warnings
from pathlib import Path

import click

from hotline import settings_file
from ivr.softphone.caller import Caller
from ivr.softphone.conversation import USUAL_KEYS, Conversation, clean_keys
from ivr.softphone.process import CallFailed, Dial
from ivr.softphone.report import CallReport, report, sentences
from ivr.softphone.sounds import load_prompts

SOUNDS = settings_file.PROJECT / "sounds"
ANSWER_SECONDS = 5.0
SIXTEEN_BITS = 2
SHORTEST_MS = 100
"""The softphone plays nothing that is shorter."""

WHY_REFUSED = {
    401: "the hotline does not take calls from this address (setting sip.trunk_hosts)",
    403: "the hotline does not take calls from this address (setting sip.trunk_hosts)",
    404: "the number dialled is not the hotline's (setting number)",
    408: "nobody answers on that port: is the hotline running, and is it this port (setting sip.port)?",
    486: "the line is busy",
    503: "nobody answers on that port: is the hotline running, and is it this port (setting sip.port)?",
}


EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("call")
@click.option("--wav", type=EXISTING_FILE, help="The message to speak.")
@click.option("--keys", help=f"Keys to press, in order. With --wav alone: {USUAL_KEYS}, by day 0.")
@click.option("--record-to", type=click.Path(dir_okay=False, path_type=Path), help="WAV of what is heard.")
@click.option("--caller", default="13800001234", show_default=True, help="The number to call from.")
@click.option("--number", help="The number to dial; as in the settings.")
@click.option("--host", help="Where the hotline is; as in the settings.")
@click.option("--port", type=click.IntRange(1, 65535), help="Its SIP port; as in the settings.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def call(
    wav: Path | None,
    keys: str | None,
    record_to: Path | None,
    caller: str,
    number: str | None,
    host: str | None,
    port: int | None,
    as_json: bool,
) -> None:
    """Place a real SIP call to a running hotline and tell what happened.

    The keys are pressed one after the other as the hotline asks for them: one at each menu, all up to # where
    it asks for a case number, and # at the end of the spoken message. Commas and spaces are ignored.

    \b
    --wav message.wav                 1 in the greeting, the message, #, then 1 to submit; by day 0, and the
                                      message again and again until the seat hangs up
    --wav message.wav --keys 1#       the same, but silence submits
    --wav message.wav --keys 91#1     in English
    --keys 2,2600000012#              hear where case 2600000012 stands

    Ends with code 0 when everything was used and the message was kept.
    """
    if not (wav or keys):
        raise click.UsageError("give a message (--wav), keys (--keys) or both")
    dial = _dial(host, port, number, caller)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            speech = _playable(wav, Path(scratch) / "speech.wav") if wav else None
            pressed = None if keys is None else clean_keys(keys)
            told = _place(dial, speech, pressed, record_to or Path(scratch) / "heard.wav")
        except (CallFailed, ValueError) as problem:
            raise click.ClickException(str(problem)) from None
    _tell(told, as_json)


def _dial(host: str | None, port: int | None, number: str | None, caller: str) -> Dial:
    """What is dialled; what is not said is as in the settings."""
    if not caller.isascii() or not caller.isdigit():
        raise click.UsageError("--caller takes digits only")
    settings = settings_file.current()
    bind = "127.0.0.1" if settings.sip.bind.is_unspecified else str(settings.sip.bind)
    return Dial(host or bind, port or settings.sip.port, number or settings.number, caller)


def _playable(wav: Path, converted: Path) -> Path:
    """The message as 16-bit mono, which the softphone plays at any rate. Raises ValueError."""
    from ivr import wav_samples  # loads numpy: not for every program that knows this command

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that ffmpeg is missing: WAV needs none
        from pydub import AudioSegment

    try:
        read = wav_samples.read(wav)
    except (wav_samples.NotReadable, OSError) as problem:
        raise ValueError(f"{wav} cannot be spoken: {problem}") from None
    if not len(read.samples):
        raise ValueError(f"{wav} cannot be spoken: there is no sound in it")
    sound = AudioSegment(read.samples.tobytes(), sample_width=SIXTEEN_BITS, frame_rate=read.rate, channels=1)
    silence = max(0, SHORTEST_MS - len(sound))
    (sound + AudioSegment.silent(silence, read.rate)).export(converted, format="wav")
    return converted


def _place(dial: Dial, speech: Path | None, keys: str | None, record_to: Path) -> CallReport:
    began = time.monotonic()
    click.echo(f"Calling {dial.address}; what happens is told when the call is over.", err=True)
    with Caller(dial, load_prompts(SOUNDS), record_to) as person:
        try:
            person.is_answered(ANSWER_SECONDS)
        except CallFailed:
            raise CallFailed(f"{dial.address}: {_why(person.ended)}") from None
        answered_after = time.monotonic() - began
        conversation = Conversation(person, speech, keys)
        conversation.hold()
        return report(conversation, answered_after, SOUNDS)


def _why(ended: dict[str, object] | None) -> str:
    if ended is None:
        return WHY_REFUSED[408]
    code = int(str(ended["code"]))
    return WHY_REFUSED.get(code, f"the call was refused: {code} {ended['reason']}")


def _tell(told: CallReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in sentences(told, SOUNDS):
            click.echo(line)
    if told.failure:
        click.echo(told.failure, err=True)
        sys.exit(1)
