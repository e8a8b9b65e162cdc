"""Spec to container: a pure function. Same spec, same container, whatever the key order."""
