"""A product feed, checked, and the products of recorded events matched against it."""
