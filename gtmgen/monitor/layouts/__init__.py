"""The layouts of logs, each with its way to the normal record."""
