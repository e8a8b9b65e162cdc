"""All rules over real exports: nothing breaks, and what they say can be looked up in the text."""

from __future__ import annotations

import json
import re
import time

from container.corpus import needs_corpus, versions

from .containers import found

pytestmark = needs_corpus
LONGEST = 1.0  # seconds, of processor time, for the largest container


def test_no_rule_stumbles_over_a_real_container():
    assert len(versions()) >= 40
    for version in versions():
        start = time.process_time()
        found(version)
        assert time.process_time() - start < LONGEST, version["container"]["name"]


def test_what_is_said_to_be_unused_is_in_no_text():
    checked = 0
    for version in versions():
        text = json.dumps(version, ensure_ascii=False)
        for item in found(version):
            names = [item.name] if item.text.startswith("Nothing in the container refers") else []
            if item.name == "Built-in variables":
                names = re.findall("`([^`]+)`", item.text)
            for name in names:
                own = next((v for v in version.get("variable", ()) if v["name"] == name), None)
                own_uses = json.dumps(own, ensure_ascii=False).count(f"{{{{{name}}}}}")
                assert text.count(f"{{{{{name}}}}}") == own_uses, (name, item)
                checked += 1
    assert checked > 100
