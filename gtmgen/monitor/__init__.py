"""Logs of both sides, watched: what browser and server sent, day by day, against the spec."""
