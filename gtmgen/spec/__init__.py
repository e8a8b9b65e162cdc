"""The spec language: its schema, its checks and its frozen model."""
