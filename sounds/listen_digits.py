"""Whether the spoken digits can be told apart on the telephone: ``python -m sounds.listen_digits``.

A small recogniser guesses from context, and a case number has none: free listening says more about Whisper
than about the voice. So it is asked ten closed questions for each digit instead: how likely is 0, 1 … 9 here?
What it likes to answer anyway (its mean over all ten) is taken off, and the likeliest answer should be the
digit that was spoken.
"""

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer

from hotline import settings_file
from sounds import texts
from sounds.listen import Utterance
from sounds.texts import Prompt


def main() -> None:
    model = WhisperModel(
        str(settings_file.current().models_dir / "whisper-base"), compute_type="int8", cpu_threads=1
    )
    prompts = {prompt.name: prompt for prompt in texts.catalogue()}
    for language in texts.LANGUAGES:
        table = np.array([_likelihoods(model, language, digit, prompts) for digit in range(10)])
        margins = table - table.mean(axis=0)
        print(f"{language}: " + "  ".join(f"{digit}→{row.argmax()}" for digit, row in enumerate(margins)))


def _likelihoods(model: WhisperModel, language: str, spoken: int, prompts: dict[str, Prompt]) -> list[float]:
    """Log probability of each digit after "your case number is", for one that was spoken there."""
    lead, digit, pause = (
        prompts[f"{language}/{key}"] for key in ("number-is", f"digit-{spoken}", "silence-300")
    )
    features = model.feature_extractor(Utterance(language, (lead, digit, pause)).audio())
    encoded = model.encode(pad_or_trim(features))
    tokens = Tokenizer(model.hf_tokenizer, True, task="transcribe", language=language)
    before = tokens.encode(lead.text.strip("：:"))
    answers = [{str(answer), prompts[f"{language}/digit-{answer}"].text} for answer in range(10)]
    return [
        max(_score(model, encoded, tokens, before, text, features.shape[-1]) for text in ways)
        for ways in answers
    ]


def _score(
    model: WhisperModel, encoded: object, tokens: Tokenizer, before: list[int], text: str, frames: int
) -> float:
    answer = tokens.encode(f" {text}" if tokens.language_code == "en" else text)
    result = model.model.align(encoded, tokens.sot_sequence, [before + answer], frames)[0]
    return float(np.log(np.array(result.text_token_probs)[-len(answer) :] + 1e-9).mean())


if __name__ == "__main__":
    main()
