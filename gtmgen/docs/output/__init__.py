"""The folder that the documentation is written to, and whether it is what would be written now."""
