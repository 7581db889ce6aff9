"""Five procedures and what is beside them: enough to learn from, small enough to know by heart."""

from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.learning import Lesson

BIRTH = Entry(
    id="khai-sinh",
    code="1.001193",
    title="Đăng ký khai sinh",
    wordings=(
        "làm giấy khai sinh cho con",
        "con mới sinh thì làm giấy gì",
        "vợ tôi vừa sinh bé gái",
        "khai sinh cho cháu",
        "register a birth",
    ),
)
DEATH = Entry(
    id="khai-tu",
    code="1.000656",
    title="Đăng ký khai tử",
    wordings=(
        "báo tử cho ông nội",
        "bố tôi mới mất, làm giấy chứng tử",
        "khai tử cho bà",
        "nhà có người qua đời",
        "register a death",
    ),
)
MARRIAGE = Entry(
    id="ket-hon",
    code="1.000894",
    title="Đăng ký kết hôn",
    wordings=(
        "hai đứa em muốn cưới nhau",
        "làm giấy kết hôn",
        "đăng ký kết hôn cần gì",
        "lấy chồng thì làm giấy ở đâu",
        "register a marriage",
    ),
)
COPY = Entry(
    id="chung-thuc-ban-sao",
    code="2.000815",
    title="Chứng thực bản sao",
    wordings=(
        "sao y bằng tốt nghiệp",
        "công chứng bản sao căn cước",
        "photo có đóng dấu đỏ",
        "sao y có dấu",
        "certified copy",
    ),
)
RESIDENCE = Entry(
    id="thuong-tru",
    code="1.004222",
    title="Đăng ký thường trú",
    wordings=(
        "nhập hộ khẩu về nhà chồng",
        "chuyển hộ khẩu về đây",
        "đăng ký thường trú cho vợ",
        "mới mua nhà muốn nhập khẩu",
        "register residence",
    ),
)
FIVE = (BIRTH, DEATH, MARRIAGE, COPY, RESIDENCE)

PASSPORT = Entry(
    id="ho-chieu",
    code="1.001456",
    title="Làm hộ chiếu",
    wordings=("làm hộ chiếu đi Nhật", "hộ chiếu hết hạn"),
    kind=Kind.NOT_HERE,
)
SCHOOL = Entry(
    id="tuyen-sinh-lop-1",
    title="Xin cho con vào lớp 1",
    wordings=("bé sáu tuổi vào lớp một trường nào", "nộp hồ sơ lớp một cho con"),
    kind=Kind.NOT_OFFERED,
)
GREETING = Entry(
    id="small-talk:greeting",
    title="",
    wordings=("xin chào", "chào buổi sáng", "dạ em chào anh"),
    kind=Kind.SMALL_TALK,
)
CATALOGUE = (*FIVE, PASSPORT, SCHOOL, GREETING)


def _lesson(text: str, *entries: Entry, is_ambiguous: bool = False) -> Lesson:
    keys = frozenset(entry.key for entry in entries)
    return Lesson(text=text, keys=keys, is_ambiguous=is_ambiguous)


LESSONS = (
    _lesson("em mới sinh, giờ khai sinh cho bé", BIRTH),
    _lesson("chị dâu tôi sinh con trai, xin giấy khai sinh", BIRTH),
    _lesson("ông nội em mất tuần trước, khai tử sao ạ", DEATH),
    _lesson("giấy chứng tử cho mẹ", DEATH),
    _lesson("tụi em sắp cưới, đăng ký kết hôn", MARRIAGE),
    _lesson("muốn lấy vợ thì làm giấy chi", MARRIAGE),
    _lesson("sao y bằng cấp ba", COPY),
    _lesson("đóng dấu mấy bản photo căn cước", COPY),
    _lesson("nhập khẩu cho con dâu", RESIDENCE),
    _lesson("đăng ký thường trú nhà mới", RESIDENCE),
    _lesson("đăng ký cho con", BIRTH, RESIDENCE, is_ambiguous=True),
    _lesson("hộ chiếu cho con đi Mỹ"),
    _lesson("lớp một nộp hồ sơ ở mô"),
    _lesson("chào em"),
    _lesson("hôm nay trời đẹp ghê"),
)
"""Questions by other writers than those of the wordings."""
