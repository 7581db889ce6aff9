"""Stops llama.cpp in the middle of a prompt.

llama.cpp asks a function hundreds of times a token whether to stop, and hands it a pointer. One
in Python would cost more than a small model itself, so it gets `strlen` of the C library, and
a text that is empty until somebody pulls: its length is the answer.
"""

import ctypes


class Brake:
    """The text and the function; whoever loads a model builds them in."""

    def __init__(self) -> None:
        """Released."""
        self._text = ctypes.create_string_buffer(2)
        address = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p).value
        assert address is not None
        self.function = address
        """The address of the function that is asked."""
        self.data = ctypes.c_void_p(ctypes.addressof(self._text))
        """What it is handed."""

    @property
    def is_pulled(self) -> bool:
        """Whether it is to stop."""
        return self._text.value != b""

    def pull(self) -> None:
        """Stop; any thread may."""
        self._text[0] = b"!"

    def release(self) -> None:
        """Let it go on."""
        self._text[0] = b"\0"
