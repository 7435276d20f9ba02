"""Why a letter, a visit or an appointment is not entered or decided about like that."""

from hotline.refusals import Reason


class CannotEnter(Reason):
    """What is missing or wrong in what was entered."""

    NOTHING = "Enter a name, or in a sentence what it is about.", "请填写姓名，或用一两句话写明反映的内容。"
    NO_TIME = "Enter the day and the time.", "请填写日期和时间。"
    IN_THE_FUTURE = "This time is still to come.", "这个时间还没有到。"
    TOO_LONG_AGO = "This is before {first}. Is the year right?", "早于 {first}，请核对年份。"
    TOO_LONG = "At most {most} characters.", "不能超过 {most} 个字符。"
    NO_COUNT = "Enter a number from 1 to {most}.", "请填写 1 到 {most} 之间的数字。"
    TOO_MANY_SPEAK = (
        "At most {most} people speak for all in a visit (Regulations, Article 20).",
        "走访的代表人数不得超过 {most} 人（《信访工作条例》第二十条）。",
    )
    NO_ADDRESS = (
        "A link begins with https:// or http://.",
        "链接应以 https:// 或 http:// 开头。",
    )
    MEANWHILE = (
        "Somebody else has changed it meanwhile. What you typed is still here; look at what is new first.",
        "期间已有人修改。您填写的内容仍在，请先查看最新内容。",
    )


class CannotDecideSubmission(Reason):
    """Why it does not come to that outcome."""

    DECIDED_ALREADY = "Somebody has already decided.", "已有人作出处理。"
    NO_CASE = (
        "No case has this number. Enter the ten digits of a case that is in force.",
        "没有这个编号的信访事项，请填写有效事项的十位编号。",
    )
    NO_GROUND = "Say why it is no case.", "请写明不登记的理由。"
    NO_REASON = "Say why the decision is undone.", "请写明撤销的理由。"
    TOO_LONG = "At most {most} characters.", "不能超过 {most} 个字符。"
    NOT_DECIDED = "There is no decision to undo.", "没有可以撤销的处理。"
    SOMEBODY_ELSES = (
        "Somebody else decided this; ask a supervisor to undo it.",
        "这是别人作出的处理，请联系值班主管撤销。",
    )
