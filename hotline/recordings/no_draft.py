"""Why a recording has no draft. A code is kept, and beside it, for the administrator, what was said."""

from hotline.refusals import Reason


class NoDraft(Reason):
    """As a clerk reads it. Its name is kept with the recording."""

    ENGINE_FAILED = "The transcription program stopped with an error.", "转写程序出错停止。"
    TOO_SLOW = "Transcribing took too long and was stopped.", "转写用时过长，已停止。"
    INTERRUPTED = "The transcription program was interrupted.", "转写程序被中断。"
    NO_FILE = "The recording's file is missing in the store.", "存储中找不到这条录音的文件。"
    NO_PART = "The recording has no sound file.", "这条录音没有声音文件。"
    TOO_LONG = "The recording is too long to be transcribed.", "录音太长，无法转写。"
    UNREADABLE = (
        "The recording's file is damaged or of a kind that cannot be transcribed.",
        "录音文件已损坏，或者格式无法转写。",
    )
    ENGLISH = (
        "An English message; no engine for English is installed. Listen to it.",
        "英语留言；没有安装英语转写引擎，请直接听录音。",
    )


def why(name: str) -> NoDraft:
    """The reason of this name; a worker of another version may keep one that is not known here."""
    return NoDraft.__members__.get(name, NoDraft.UNREADABLE)
