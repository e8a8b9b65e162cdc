"""Objects to text, JSON and Markdown; nothing here reads or prints."""
