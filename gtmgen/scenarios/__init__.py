"""Scenarios: what a visitor does, what must be sent, and why it was not."""
