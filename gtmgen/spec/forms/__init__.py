"""Trigger forms, a module for each: its schema, parsing, compiling, lifting and description."""
