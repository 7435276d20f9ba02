"""The ear of the softphone: which prompts are in what a caller heard."""

import numpy as np
import pytest

from hotline.settings_file import PROJECT
from ivr.softphone.hearing import heard_prompts, is_told_apart, longest_silence
from ivr.softphone.sounds import SAMPLE_RATE, Audio, Prompt, load_prompts

PROMPTS = load_prompts(PROJECT / "sounds", ["zh"])
BY_KEY = {prompt.key: prompt for prompt in PROMPTS}


def pause(seconds: float) -> Audio:
    return np.zeros(int(seconds * SAMPLE_RATE), np.float32)


def telephone(*pieces: Audio) -> Audio:
    """Sound as an A-law line delivers it: with the noise of its coding, about 38 dB below."""
    sound = np.concatenate(pieces)
    noise = np.random.default_rng(7).normal(0, 0.012, len(sound)).astype(np.float32)
    return np.asarray(np.round(sound * (1 + noise)), np.float32)


def keys(sound: Audio) -> list[str]:
    return [heard.key for heard in heard_prompts(sound, PROMPTS)]


@pytest.mark.thorough
def test_every_prompt_is_known_from_every_other() -> None:
    sounds = [sound for prompt in PROMPTS for sound in (prompt.audio, pause(0.3))]
    assert keys(telephone(*sounds)) == [prompt.key for prompt in PROMPTS]


def test_digits_that_follow_each_other_at_once() -> None:
    number = ["digit-2", "digit-6", *["digit-0"] * 5, "digit-1", "digit-1", "digit-7"]
    assert keys(telephone(*(BY_KEY[key].audio for key in number), pause(0.5))) == number


def test_a_prompt_without_its_beginning_and_torn_in_the_middle() -> None:
    audio = BY_KEY["message-review"].audio
    torn = telephone(audio[900:20000], pause(0.4), audio[20000:24000], audio[24160:], pause(1))
    [heard] = heard_prompts(torn, PROMPTS)
    assert heard.key == "message-review"
    assert heard.whole


def test_an_interrupted_prompt_is_not_whole() -> None:
    audio = BY_KEY["message-review"].audio
    [heard] = heard_prompts(telephone(audio[: len(audio) // 3], pause(2)), PROMPTS)
    assert heard.key == "message-review"
    assert not heard.whole
    assert heard.share == pytest.approx(1 / 3, abs=0.1)


def test_two_that_begin_alike_are_not_told_apart_at_the_beginning() -> None:
    common = BY_KEY["message-ask"].audio[: SAMPLE_RATE // 2]
    one = Prompt("one", "zh", np.concatenate((common, BY_KEY["goodbye"].audio)), 0.0)
    other = Prompt("other", "zh", np.concatenate((common, BY_KEY["invalid-key"].audio)), 0.0)
    [early] = heard_prompts(common, [one])
    [late] = heard_prompts(one.audio, [one])
    assert not is_told_apart(early, common, [other])
    assert is_told_apart(late, one.audio, [other])


def test_noise_and_silence_are_no_prompt() -> None:
    noise = np.random.default_rng(1).normal(0, 1000, 10 * SAMPLE_RATE).astype(np.float32)
    assert keys(noise) == []
    assert keys(pause(10)) == []


def test_the_longest_silence_leaves_out_what_the_caller_said() -> None:
    loud = np.full(SAMPLE_RATE, 1000, np.float32)
    sound = np.concatenate((loud, pause(3), loud, pause(5), loud))
    assert longest_silence(sound) == pytest.approx(5.0, abs=0.2)
    assert longest_silence(sound, [(5.0, 10.0)]) == pytest.approx(3.0, abs=0.2)
