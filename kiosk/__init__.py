"""Dẫn Lối: the kiosk that shows a citizen the way through a ward's procedures."""

import os

# Before NumPy is loaded anywhere: its tables are small, and with a thread for each core one
# sentence takes both cores from the screen and the recogniser.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
