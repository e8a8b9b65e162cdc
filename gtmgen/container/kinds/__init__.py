"""What each kind of entity consists of: one table, for JSON and YAML, reading and writing."""
