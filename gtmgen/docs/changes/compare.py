"""What has changed between two documentations, in words that everybody reads.

What the specs mean is compared by :mod:`gtmgen.meaning`; here comes to it what a developer and
the backend have to know: the site's messages and the server's payloads.
"""

from __future__ import annotations

from gtmgen.docs.changes.message import compare_messages
from gtmgen.docs.changes.model import Changes
from gtmgen.docs.changes.render import list_rows, page_data, render, render_csv, render_markdown
from gtmgen.docs.model import Documentation
from gtmgen.meaning.compare import compare_sides
from gtmgen.meaning.model import Meaning
from gtmgen.meaning.sides import Sides

__all__ = [
    "Changes",
    "compare",
    "list_rows",
    "page_data",
    "render",
    "render_csv",
    "render_markdown",
]


def compare(before: Documentation, after: Documentation, since: str = "") -> Changes:
    """What is new, changed or gone.

    ``since`` is what ``before`` is called where the changes are shown.
    """
    sides = Sides(before.side, after.side)
    meaning = compare_sides(sides)
    return Changes(Meaning((*meaning.items, *compare_messages(sides, before, after))), since)
