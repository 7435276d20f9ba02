"""Why an order to the exchange was not obeyed. A code goes from the service to the page, never a sentence."""

from hotline.refusals import Reason


class CannotObey(Reason):
    """Its name is kept with the order: texts may change, and every page says it in its own language."""

    FAILED = "it failed; the log says why", "操作失败，原因见系统日志。"
    TOO_LATE = "it was not obeyed in time; try again", "操作未能及时执行，请重试。"
    OUT_OF_REACH = "the exchange is out of reach", "联系不上电话交换机，请稍后再试。"
    EXCHANGE_REFUSED = (
        "the exchange has refused; look at the seat again",
        "电话交换机拒绝了此操作，请核对座席状态后再试。",
    )
    NOT_OF_A_SEAT = "this cannot be asked of a seat", "座席不支持此操作。"
    NOT_A_SUPERVISOR = "only a supervisor may do this", "只有主管可以这样操作"

    NO_SUCH_SEAT = (
        "there is no seat of that name",
        "没有这个座席。",
        "there is no seat {seat!r}; there are {first} to {last}",
    )
    NOT_A_REASON = (
        "this is none of the reasons",
        "原因不在可选范围内。",
        "{reason!r} is none of the reasons: {reasons}",
    )
    SEAT_TAKEN = "somebody else has signed in at this seat", "该座席已有人签入。"
    AT_ANOTHER_SEAT = (
        "you have signed in at another seat; sign out there first",
        "您已签入另一座席，请先在那里签出。",
    )
    NOT_KNOWN_YET = "this seat is not known yet; try again", "座席信息尚未就绪，请重试。"
    NOT_IN_WRAP_UP = "this seat is not in wrap-up", "该座席不在话后整理中。"
    EXTENDED_ALREADY = "the wrap-up was extended once already", "话后整理已延长过一次。"

    NO_CALL = "there is no call at this seat", "该座席当前没有通话。"
    CALL_IS_OVER = (
        "that call is over; look at the seat again",
        "那通电话已结束，请核对座席状态后再试。",
    )
    OWN_SEAT = "this is your own seat", "不能选择自己的座席。"
    OTHER_SEAT_BUSY = "the other seat cannot be rung now", "对方座席现在无法振铃。"
    NOBODY_ANSWERED = "no other seat has answered", "对方座席尚未应答。"
    NOBODY_ASKED = "no other seat is being asked", "当前没有正在商谈的座席。"
    ASKING_ALREADY = (
        "another seat is being asked, or the caller is on hold",
        "正在商谈或已保持来电，请先恢复与来电人的通话。",
    )
    HELD_AT_TELEPHONE = (
        "the caller was put on hold at the telephone itself",
        "来电是在话机上保持的，请在话机上恢复。",
    )
    RECORDING_PAUSED = (
        "the recording is paused; hand the call on when it goes on",
        "录音已暂停，请先恢复录音，再转接或商谈。",
    )
    OTHER_RECORDED_TOO = (
        "the other seat is recorded, too; go back to the caller first",
        "对方座席也在录音，请先恢复与来电人的通话，再暂停录音。",
    )

    OTHERS_RECORDING_PAUSED = (
        "the recording is paused; barge in when it goes on",
        "该通话的录音已暂停，请待录音恢复后再强插",
    )
    OWN_SEAT_ON_A_CALL = (
        "you are on a call at your own seat; hang up first, then choose again",
        "您自己的座席正在通话，请先挂机，再重新选择。",
    )
    OWN_SEAT_BUSY = "your own seat cannot be rung now", "您自己的座席现在无法振铃"
