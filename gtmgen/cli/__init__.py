"""The command line: the only place that prints, exits, reads the environment and connects."""
