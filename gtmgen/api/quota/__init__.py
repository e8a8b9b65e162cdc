"""The quota of a Google project, and waiting for a place in it."""
