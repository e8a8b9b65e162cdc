"""A real site in a real browser: what it pushes and sends, recorded and judged by the spec."""
