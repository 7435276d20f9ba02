"""Why a unit is not renamed, merged or abolished."""

from hotline.refusals import Reason


class CannotChangeUnit(Reason):
    """Reasons of ``hotline.cases.unit_acts``."""

    NO_UNIT = (
        "No unit has this code.",
        "没有这个编码的单位。",
        "no unit has this code: hotline units list --all",
    )
    ENDED = (
        "This unit is not in force any more.",
        "该单位已停用。",
        "this unit is not in force any more: hotline units list",
    )
    NO_NAME = "Enter the new name.", "请填写新名称。"
    NAME_TOO_LONG = (
        "At most {most} characters.",
        "不能超过 {most} 个字符。",
        "a name has at most {most} characters",
    )
    SAME_NAME = "That is its name already.", "名称没有变化。"
    NAME_TAKEN = "Unit {code} has this name.", "单位 {code} 已使用这一名称。"
    NO_SUCCESSOR = (
        "Choose the unit it goes into from the list.",
        "请从列表中选择并入的单位。",
        "no unit has the code it shall go into: hotline units list",
    )
    INTO_ITSELF = "A unit cannot be merged into itself.", "单位不能并入自身。"
    INTO_ENDED = (
        "That unit is not in force any more: choose its successor.",
        "该单位已停用，请选择其承接单位。",
        "the unit it shall go into is not in force any more: choose its successor",
    )
    INTO_ONE_BELOW = (
        "That unit stands below this one: place it elsewhere first.",
        "该单位是本单位的下级，请先调整其上级单位。",
    )
    SUCCESSOR_LATER = (
        "The unit it goes into is in force from {day}: choose that day or a later one.",
        "并入的单位自 {day} 起启用，请选择该日或以后的日期。",
    )
    UNITS_BELOW = (
        "Units in force stand below it: merge or abolish them first, or merge this one.",
        "该单位还有在用的下级单位，请先合并或撤销下级单位，或者改为合并。",
    )
    THE_LAST = (
        "It is the last unit in force: without units nobody can register a case.",
        "这是最后一个在用单位，没有单位就无法登记信访事项。",
    )
    NO_DAY = "Enter a day.", "请填写日期。"
    IN_THE_FUTURE = (
        "This day is still to come: enter it on the day itself.",
        "日期不能晚于今天，请到当天再办理。",
    )
    BEFORE_IT_BEGAN = (
        "The unit is in force from {day}: choose that day or a later one.",
        "该单位自 {day} 起启用，请选择该日或以后的日期。",
    )
    BEFORE_ITS_LAST = (
        "The unit was changed on {day}: choose that day or a later one.",
        "该单位在 {day} 有过变更，请选择该日或以后的日期。",
    )
