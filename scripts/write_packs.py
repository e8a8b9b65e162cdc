"""Writes templates/packs.json from the packs' YAML: ``python scripts/write_packs.py``."""

from gtmgen.packs.compact import COMPACT_FILE
from gtmgen.packs.load import compact_packs, templates_directory

if __name__ == "__main__":
    (templates_directory() / COMPACT_FILE).write_text(
        compact_packs(), encoding="utf-8", newline="\n"
    )
