"""Why a document is not taken."""

from hotline.refusals import Reason


class CannotKeep(Reason):
    """What is wrong with a file. Each says what to do instead."""

    NO_FILE = "Choose a file first.", "请先选择文件。"
    TOO_MANY = (
        "At most {most} files are taken at once. Send this one once more.",
        "一次最多上传 {most} 个文件，请重新上传这个文件。",
    )
    EMPTY = "The file is empty. Look whether it was copied whole.", "文件是空的，请检查是否已完整复制。"
    TOO_LARGE = (
        "The file is larger than {most} MB. Make it smaller, or send it in parts.",
        "文件超过 {most} MB，请压缩或分成几份后再上传。",
    )
    NOT_ACCEPTED = (
        "Files of this kind are not taken. Taken are PDF, JPEG, PNG, Word (.docx), Excel (.xlsx), and sound "
        "(WAV, MP3, M4A).",
        "不接收这种文件。可接收 PDF、JPEG、PNG、Word（.docx）、Excel（.xlsx）和录音（WAV、MP3、M4A）。",
    )
    OLD_OFFICE = (
        "This is a Word or Excel file of the old kind, or one with a password. Save it without a password as "
        ".docx or .xlsx, or as PDF.",
        "这是旧格式或带密码的 Word、Excel 文件，请取消密码后另存为 .docx、.xlsx 或 PDF。",
    )
    APPLE_PHOTO = (
        "This photograph has a format of Apple's (HEIC). Save it as JPEG.",
        "这是苹果格式（HEIC）的照片，请另存为 JPEG。",
    )
    VIDEO = (
        "Videos are not taken. Send its sound (M4A), or pictures of it.",
        "不接收视频，请只上传其中的声音（M4A）或截图。",
    )
    DAMAGED = (
        "The file is damaged or was not copied whole. Open it on your computer, save it anew and try again.",
        "文件已损坏或不完整。请在电脑上打开并重新保存，然后再上传。",
    )
    MACROS = (
        "The file holds macros or other programs. Save it without them, or as PDF.",
        "文件含有宏或其他程序，请去除后另存，或另存为 PDF。",
    )
    PROGRAMS_IN_PDF = (
        "The PDF does something by itself when it is opened. Print it to a new PDF and take that.",
        "这份 PDF 打开时会自动执行操作，请重新打印成 PDF 后再上传。",
    )
    LOCKED = (
        "The file is locked with a password. Save it without one: nobody could open it later.",
        "文件已加密，请取消密码后再上传，否则日后无法打开。",
    )
    TWO_KINDS = (
        "The file is of two kinds at once. Save it anew with the program that made it.",
        "文件同时属于两种格式，请用原来的软件重新保存后再上传。",
    )
    UNPACKS_TOO_LARGE = (
        "Unpacked, the file would be far larger than documents are. Save it as PDF.",
        "文件解压后过大，请另存为 PDF。",
    )
    TOO_MANY_PIXELS = (
        "The picture has more than {most} million pixels, or a side of more than {side}. Make it smaller.",
        "图片超过 {most} 百万像素，或边长超过 {side} 像素，请缩小后再上传。",
    )
    NO_ROOM = (
        "There is no room left on the hotline's disk. Nothing was kept; tell the administrator.",
        "热线服务器的磁盘空间不足，文件没有保存，请联系管理员。",
    )
