"""Code made from a contract."""
