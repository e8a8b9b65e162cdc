"""What an export has beside its meaning, so that the same file can be written."""
