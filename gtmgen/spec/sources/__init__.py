"""Data sources, a module for each: its schema, checks, compiling, lifting and description."""
