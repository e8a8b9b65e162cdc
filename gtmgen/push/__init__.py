"""Applying a plan."""
