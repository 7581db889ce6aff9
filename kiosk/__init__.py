"""Dẫn Lối: the kiosk that shows a citizen the way through a ward's procedures."""
