"""Recorded server calls and data layer messages, checked against a spec's contract."""
