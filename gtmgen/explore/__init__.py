"""Writes the scenarios that a tester would think of, runs them, and checks what always holds."""
