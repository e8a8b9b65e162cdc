"""A pull request with ten changes, and the comment that its reviewer sees.

`after.yaml` differs from `before.yaml` in: the prefix of an event ID, the glob of a page, a new
parameter that holds an e-mail address, a consent type that is gone, a pixel's ID, a renamed event,
a deleted one, a description, an amount that may be text, a currency's default.

After a change of a word: GTMGEN_UPDATE_GOLDEN=1 pytest tests/meaning, then read the file.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gtmgen.cli.main import main

FOLDER = Path(__file__).parent / "review"
GOLDEN = FOLDER / "comment.md"


@pytest.fixture
def comment(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.chdir(FOLDER)
    assert main(["diff", "before.yaml", "after.yaml", "--format", "comment"]) == 0
    return capsys.readouterr().out


def test_the_comment_is_the_golden_one(comment: str) -> None:
    if os.environ.get("GTMGEN_UPDATE_GOLDEN"):
        GOLDEN.write_text(comment, encoding="utf-8")
    assert comment == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("effect", "changed", "risk"),
    [
        ("Breaks deduplication with the server", "`order_{order_number}`", "counted twice"),
        (
            "Changes where or when it fires",
            "`/plants/**` instead of `/plants/*`",
            "any number of parts",
        ),
        ("Sends more personal data", "now also sends `email` to GA4", "privacy notice"),
        ("Sends more personal data", "`ad_storage` and `ad_user_data`", "who refused"),
        ("Sends to another account", "`CGARDEN000000000002`", "old account no longer receive data"),
        ("Doubles or loses events", "instead of `brochure`", "no longer receive data"),
        ("Doubles or loses events", "`guide_read` was removed", "No platform counts it"),
        ("Harmless", "“A visitor looks at one plant”", ""),
        ("Changes values", "`any` instead of `number`", "may now be text"),
        ("Changes values", "`CHF` instead of `EUR`", "count in another currency"),
    ],
)
def test_each_of_the_ten_is_named_with_its_risk(
    comment: str, effect: str, changed: str, risk: str
) -> None:
    shown = comment.split("<details>")[0]
    assert [
        line
        for line in shown.split("\n")
        if f"**{effect}.**" in line and changed in line and risk in line
    ]


def test_the_worst_comes_first(comment: str) -> None:
    lines = comment.split("\n")
    assert lines[0] == "<!-- gtmgen-review -->"
    assert lines[3] == "At worst, this **breaks deduplication with the server**."
    heads = [line for line in lines if line.startswith("#### Event")]
    assert heads[0] == "#### Event `purchase`: Order paid"
    assert heads[-1] == "#### Event `view_item`: Plant viewed"
