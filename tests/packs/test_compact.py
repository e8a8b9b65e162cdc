"""Our own packs are read as JSON, which says what their YAML says."""

import json

from gtmgen.packs.compact import COMPACT_FILE, read_compact
from gtmgen.packs.load import compact_packs, find_packs, templates_directory
from gtmgen.packs.pack_file import read_pack_file


def test_the_json_is_made_from_the_packs_yaml():
    text = (templates_directory() / COMPACT_FILE).read_text(encoding="utf-8")
    assert text == compact_packs(), "packs.json is old: run `python scripts/write_packs.py`"


def test_the_json_says_what_the_yaml_says():
    for directory in find_packs().values():
        content = (directory / "pack.yaml").read_bytes()
        compact = read_compact(directory, content)
        # As texts: the order counts, and 1 is not 1.0 or true.
        assert json.dumps(compact) == json.dumps(read_pack_file(directory / "pack.yaml", content))


def test_the_json_of_another_yaml_does_not_count():
    for directory in find_packs().values():
        content = (directory / "pack.yaml").read_bytes()
        assert read_compact(directory, content + b"\n") is None


def test_a_folder_without_the_json_is_read_as_yaml(tmp_path):
    assert read_compact(tmp_path / "ga4", b"") is None
