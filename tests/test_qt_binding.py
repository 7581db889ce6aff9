"""What we rely on in the Qt binding itself."""

import subprocess
import sys

SCRIPT = """
import sys
from PySide6.QtCore import QObject
thing = QObject()
before = sys.getrefcount(None)
for _ in range(1000):
    thing.setObjectName("a")
print(before - sys.getrefcount(None))
"""


def test_calling_qt_costs_no_reference_to_none() -> None:
    """PySide6 6.12.0 on Python 3.11 lost one a call; a kiosk died after some thousand touches."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100
