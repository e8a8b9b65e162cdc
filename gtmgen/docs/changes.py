"""What has changed between two documentations, in words that everybody reads.

The comparison is of what is documented, not of the container: it says what a marketer, a
developer, the backend or a tester has to know.
"""

from __future__ import annotations

from gtmgen.docs.changes_events import Sides, event_changes
from gtmgen.docs.changes_model import Change, Changes
from gtmgen.docs.changes_reference import (
    data_changes,
    page_changes,
    platform_changes,
    site_changes,
)
from gtmgen.docs.changes_renames import find_renames
from gtmgen.docs.changes_render import page_data, render, render_csv, render_markdown, rows
from gtmgen.docs.model import Documentation

__all__ = [
    "Change",
    "Changes",
    "compare",
    "page_data",
    "render",
    "render_csv",
    "render_markdown",
    "rows",
]


def compare(before: Documentation, after: Documentation, since: str = "") -> Changes:
    """What is new, changed or gone; both must be in the same language.

    ``since`` is what ``before`` is called where the changes are shown.
    """
    renames = find_renames(before, after)
    return Changes(
        (
            *event_changes(Sides(before, after, renames)),
            *platform_changes(before, after),
            *page_changes(before, after, dict(renames.pages)),
            *data_changes(before, after, dict(renames.data)),
            *site_changes(before, after),
        ),
        since,
    )
