"""Keeps staff's orders in a small private file, written when they change, read at the start.

A file that cannot be read orders nothing: the kiosk is unlocked and as loud as ever, and staff are
told. It is put right by the next order.

It is written on a thread of its own: a slow disk must not delay a touch.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kiosk.errors import KioskError
from kiosk.office import Office
from kiosk.orders import Orders, orders_of
from kiosk.private_file import write_private
from kiosk.session import Session

log = logging.getLogger("kiosk.orders")

ORDERS_FILE = "orders.json"
MOST_BYTES = 200_000
"""Twenty notices of the greatest length take a third of it."""

_ORDERS = TypeAdapter(Orders)


class OrdersFile:
    """The orders of one kiosk. Lives on the conductor's thread, but for the writing."""

    def __init__(self, path: Path) -> None:
        """Keep them in the file `path`; what it holds now is read here."""
        self.trouble = ""
        """The code of what staff should see to; empty: nothing."""
        self._path = path
        self.kept = self._read()
        """As the file has them, or will soon."""
        self._told = self.trouble
        """What `look` last knew of it."""
        self._is_refused = False
        """Whether the last orders cannot be written at all."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="orders")

    def look(self, session: Session, office: Office) -> bool:
        """Have them written down soon if they have changed; returns at once and never fails.

        The result: whether `trouble` is another than at the last look.
        """
        try:
            self._keep(orders_of(session, office))
        except ValueError as error:  # the kiosk follows them until it is restarted
            if not self._is_refused:
                log.warning("staff's orders cannot be written down: %s", type(error).__name__)
            self._is_refused, self.trouble = True, "orders.not_kept"
        before, self._told = self._told, self.trouble
        return self._told != before

    def close(self) -> None:
        """Wait until the last orders are written; the kiosk is being shut down."""
        self._thread.shutdown()

    def _keep(self, orders: Orders) -> None:
        if orders != self.kept or self._is_refused:
            self.kept, self._is_refused = orders, False
            self._thread.submit(self._write, orders)

    def _write(self, orders: Orders) -> None:
        if orders is not self.kept:
            return  # newer ones wait behind them
        try:
            write_private(self._path, _ORDERS.dump_json(orders))
        except OSError as error:
            log.warning("staff's orders cannot be kept: %s", error.strerror)
            self.trouble = "orders.not_kept"
        else:
            self.trouble = ""

    def _read(self) -> Orders:
        try:
            return read_orders(self._path)
        except KioskError as error:
            log.warning("staff's orders are not followed: %s", error)
            self.trouble = error.code
            return Orders()


def read_orders(path: Path) -> Orders:
    """The orders in a file; none where there is no file.

    Raises:
        KioskError: `orders.damaged`.
    """
    try:
        with path.open("rb") as opened:
            untrusted = opened.read(MOST_BYTES + 1)
        if len(untrusted) > MOST_BYTES:
            raise KioskError("orders.damaged", "too large", file=str(path))
        return _ORDERS.validate_json(untrusted)
    except FileNotFoundError:
        return Orders()
    except (OSError, ValidationError) as error:
        kind = type(error).__name__
        raise KioskError("orders.damaged", kind, file=str(path)) from None
