"""The listener: how the Vietnamese model that ships in `models/` is made.

A workshop beside the kiosk, not a part of it: nothing in `kiosk/` imports it, and the
kiosk runs without it. README.md is the model's card and names the commands in order.
"""
