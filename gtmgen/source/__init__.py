"""YAML text to plain data whose every node knows its file, line and column."""
