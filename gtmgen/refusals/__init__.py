"""What GTM's API is known to refuse in a container, found before the first call."""
