"""Two containers side by side: what a spec, an export or a live container has otherwise."""
