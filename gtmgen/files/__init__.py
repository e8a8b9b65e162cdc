"""Files of a user: written whole or not at all, locked, generated in folders, read from Git."""
