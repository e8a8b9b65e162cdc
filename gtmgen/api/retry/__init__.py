"""What is tried again, what must not be, and what became of a write whose answer was lost."""
