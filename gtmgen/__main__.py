"""``python -m gtmgen``."""

from gtmgen.cli.main import entry_point

entry_point()
