"""The documentation as Markdown files."""
