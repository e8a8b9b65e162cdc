"""Recognises what the spec language has words for in a container of GTM's own."""
