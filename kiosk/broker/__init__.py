"""Several kiosks of a ward meet at its broker, and one console watches them."""
