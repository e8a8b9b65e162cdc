"""The search that watches the whole suite finds what it looks for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import secret_search

from gtmgen.cli import output

SHOW = "import os; print(os.environ['SUITE_API_KEY'])"


def test_what_a_verb_says_is_looked_at() -> None:
    for say in (output.data, output.talk):
        with pytest.raises(AssertionError, match="what a verb said"):
            say(f"token {secret_search.SECRETS['TIKTOK_ACCESS_TOKEN']}")


@pytest.mark.parametrize("text", [True, False])
def test_the_output_of_a_process_is_looked_at(text: bool) -> None:
    with pytest.raises(AssertionError, match="the output of a process"):
        subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=text, check=True)


def test_files_are_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    path.parent.mkdir()
    path.write_text(f'{{"token": "{secret_search.SECRETS["SUITE_PASSWORD"]}"}}')

    found = secret_search.files_with_secrets(tmp_path)
    path.unlink()

    assert found == [str(path)]
