"""Whether what was imported compiles back to the same container, and how much of it was lifted."""
