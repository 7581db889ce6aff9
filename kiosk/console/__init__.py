"""The staff console: pages that a kiosk serves to the officers of its ward."""
