"""What can go wrong, as a code for people and a detail for the technical log."""


class KioskError(Exception):
    """A failure that somebody must be told about in plain words.

    `code` is a key of the `error` table in `words/*.toml`: what happened and what to
    do, for the person at the machine. `detail` is for the technical log and never
    holds anything a citizen said, typed or chose.
    """

    def __init__(self, code: str, detail: str = "", **values: str) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.values = values
        """What fills the gaps of the sentence."""
