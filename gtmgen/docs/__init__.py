"""The documentation that marketing, developers and the backend read, made from a spec."""
