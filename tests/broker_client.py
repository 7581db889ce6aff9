"""A kiosk at the broker in a process of its own, for tests that kill it.

Reads a line of JSON: the door, the ward, and how long the broker keeps how it stands. Somebody is
guided there. It says `connected`, then stays.
"""

import json
import sys
import time
from pathlib import Path

from kiosk.broker.door import BrokerDoor
from kiosk.broker.kiosk import BrokerKiosk
from kiosk.procedure import Text
from kiosk.standing import Doing, Place, Standing


def _nobody(_: str, /, *, is_there: bool) -> None:
    """There is no staff sheet."""
    del is_there


def main() -> None:
    """Join, and stay until killed."""
    told = json.loads(sys.stdin.readline())
    door = BrokerDoor(
        host=told["host"],
        port=told["port"],
        ca=Path(told["ca"]),
        account=told["account"],
        password=told["password"],
    )
    end = BrokerKiosk(
        door,
        ward=told["ward"],
        carry_out=lambda _: None,
        tell=_nobody,
        lasts_seconds=told["lasts_seconds"],
    )
    standing = Standing(
        kiosk=door.account,
        name="Máy sắp mất điện",
        doing=Doing.GUIDING,
        since=time.time(),
        procedure=Text(vi="Khai tử", en="Registering a death"),
        place=Place.QUESTION,
        step=4,
    )
    end.stand(standing)
    end.start()
    while not end.is_connected:
        time.sleep(0.01)
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
