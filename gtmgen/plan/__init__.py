"""What would have to change in the live container: read it, compare, order."""
