"""What is agreed with every guide, here or elsewhere: limits, how to ask for a rewording. Pure."""

from kiosk.assistant.prompt import Style

DEADLINE_SECONDS = 3.0
"""From the citizen's words to the answer; then the rules' answer stands."""
REWORDING_SECONDS = 12.0
"""A paragraph takes longer than a choice; the original stands on the screen meanwhile."""

MOST_TOKENS = {Style.KEYS: 40, Style.JSON: 160}
"""Of a choice: three keys letter by letter; three long ids."""
MOST_REWORDING_TOKENS = 320
MOST_REWORDING_LETTERS = 1500

REWORDING = """\
Viết lại đoạn của phường dưới đây bằng tiếng Việt đơn giản hơn, câu ngắn, cho người lớn tuổi.
Giữ nguyên mọi con số, số tiền, ngày tháng, tên giấy tờ, tên nơi chốn, mã số và đường dẫn.
Giữ nguyên mọi điều kiện: nếu, trừ, chỉ, không, phải. Không thêm điều gì.
Chỉ trả lời bằng đoạn đã viết lại."""


def reworded(untrusted: str) -> str | None:
    """The text of a rewording, unproven; None where it is none."""
    text = " ".join(untrusted.split())
    is_text = 0 < len(text) <= MOST_REWORDING_LETTERS and "<think>" not in text
    return text if is_text else None
