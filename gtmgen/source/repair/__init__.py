"""The one line behind a syntax error."""
