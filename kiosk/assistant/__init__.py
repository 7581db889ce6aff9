"""From what was heard or typed to what was meant."""
