"""Why a move is not made."""

from hotline.refusals import Reason


class CannotMove(Reason):
    """What is wrong with a move, or with what was entered for it."""

    MEANWHILE = (
        "Somebody else has done something with this case meanwhile. Look at it once more.",
        "期间已有人处理了这件信访事项，请查看最新情况后再办。",
    )
    NOT_NOW = "That cannot be done with this case now.", "目前不能进行这项操作。"
    NOT_YOURS = "You may not do that with this case.", "您无权对这件信访事项进行这项操作。"
    NO_UNIT = "Choose the responsible unit from the list.", "请从列表中选择责任单位。"
    NO_ACCUSED = (
        "Choose the accused unit from the list, or leave the field empty.",
        "请从列表中选择被检举控告的单位，没有则留空。",
    )
    ACCUSED = (
        "This unit is accused in the case, or stands above or below the accused one: choose another "
        "(Regulations, Article 30).",
        "该单位是被检举控告的单位，或者是其上级、下级，请选择其他单位（《信访工作条例》第三十条）。",
    )
    NO_CHOICE = "Choose one of the list.", "请选择一项。"
    NO_TEXT = "Say it in a sentence or two; whoever reads on needs it.", "请用一两句话写明，供后续人员查阅。"
    TEXT_TOO_LONG = "At most {most} characters.", "最多 {most} 个字符。"
    DAYS = "An extension has 1 to {most} days.", "延长期限为 1 至 {most} 天。"
    DAY_IS_PAST = (
        "The day is past; what is late cannot be extended any more.",
        "期限已过，逾期的不能再延长。",
    )
    TOO_LATE = (
        "Units object within {days} working days; for this case that was until {until}.",
        "单位应在 {days} 个工作日内提出异议，本件的期限至 {until} 为止。",
    )
