"""Where the console's things are: its words, and what it keeps in the state folder."""

from pathlib import Path

from kiosk.words import Words
from kiosk.words_files import load_words

HERE = Path(__file__).parent
ACCOUNTS_FILE = "accounts.json"
AUDIT_FILE = "console-audit.jsonl"


def console_words() -> Words:
    """Every fixed sentence of the console."""
    return load_words(HERE / "words")
