"""What is agreed with every guide, here or elsewhere: how long and how much. Pure."""

from kiosk.assistant.prompt import Style

DEADLINE_SECONDS = 3.0
"""From the citizen's words to the answer; then the rules' answer stands."""
REWORDING_SECONDS = 12.0
"""A paragraph takes longer than a choice; the original stands on the screen meanwhile."""

MOST_TOKENS = {Style.KEYS: 40, Style.JSON: 160}
"""Of a choice: three keys letter by letter; three long ids."""
MOST_REWORDING_TOKENS = 320
