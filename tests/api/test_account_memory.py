"""The accounts that are kept for the next run: by API, damaged, unwritable, shared, bounded."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from processes import Process

from api.harness import Clock
from gtmgen.api.account_memory import AccountMemory
from gtmgen.files.locks import locked

GOOGLE = "Google Tag Manager"


def memory(path: Path | None, root: str = GOOGLE, clock: Clock | None = None) -> AccountMemory:
    return AccountMemory(path, root, (clock or Clock()).sleep)


def test_what_a_run_finds_the_next_one_knows(tmp_path: Path) -> None:
    path = tmp_path / "new" / "accounts.json"
    memory(path).remember({"GTM-A": "1", "GTM-B": "2"})
    memory(path).remember({"GTM-C": "2"})

    assert [memory(path).find(f"GTM-{one}") for one in "ABCD"] == ["1", "2", "2", None]
    assert json.loads(path.read_text()) == {
        "format": 1,
        "roots": {GOOGLE: {"GTM-A": "1", "GTM-B": "2", "GTM-C": "2"}},
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert sorted(item.name for item in path.parent.iterdir()) == [
        "accounts.json",
        "accounts.json.lock",
    ]


def test_another_api_has_other_accounts(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    memory(path).remember({"GTM-A": "1"})
    memory(path, "http://127.0.0.1:1").remember({"GTM-A": "7"})

    memory(path).forget("1")

    assert memory(path).find("GTM-A") is None
    assert memory(path, "http://127.0.0.1:1").find("GTM-A") == "7"
    assert memory(path, "http://127.0.0.1:2").find("GTM-A") is None


def test_a_forgotten_account_takes_all_its_containers_along(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    memory(path).remember({"GTM-A": "1", "GTM-B": "1", "GTM-C": "2"})

    memory(path).forget("1")

    assert [memory(path).find(f"GTM-{one}") for one in "ABC"] == [None, None, "2"]


def test_what_is_known_already_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    memory(path).remember({"GTM-A": "1", "GTM-B": "1"})
    written = path.stat().st_ino

    memory(path).remember({"GTM-A": "1"})
    memory(path).forget("2")

    assert path.stat().st_ino == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "\udcff",
        '{"format": 2, "roots": {"Google Tag Manager": {"GTM-A": "1"}}}',
        '{"format": 1}',
        '{"format": 1, "roots": []}',
        '{"format": 1, "roots": {"Google Tag Manager": ["GTM-A"]}}',
        '{"format": 1, "roots": {"Google Tag Manager": {"GTM-A": 1}}}',
        '{"format": 1, "roots": {"Google Tag Manager": {"GTM-A": "../2"}}}',
        '{"format": 1, "roots": {"Google Tag Manager": {"GTM-A": "1/containers/2"}}}',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_begun_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "accounts.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    assert memory(path).find("GTM-A") is None
    memory(path).remember({"GTM-A": "3"})

    assert memory(path).find("GTM-A") == "3"


def test_a_file_that_cannot_be_used_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (None, blocked / "accounts.json", tmp_path):
        memory(path).remember({"GTM-A": "1"})
        memory(path).forget("1")
        assert memory(path).find("GTM-A") is None
    assert memory(pipe).find("GTM-A") is None  # and nobody waits for its other end


def test_a_lock_that_somebody_keeps_is_done_without(tmp_path: Path) -> None:
    path, clock = tmp_path / "accounts.json", Clock()
    with locked(path, clock.sleep):
        memory(path, clock=clock).remember({"GTM-A": "1"})
    assert sum(clock.slept) == pytest.approx(5)
    assert not path.exists()


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    for port in range(25):
        memory(path, f"http://127.0.0.1:{port}").remember({"GTM-A": "1"})
    memory(path).remember({f"GTM-{number}": "1" for number in range(1_001)})

    roots = json.loads(path.read_text())["roots"]

    assert [*roots] == [*(f"http://127.0.0.1:{port}" for port in range(6, 25)), GOOGLE]
    assert len(roots[GOOGLE]) == 1_000
    assert memory(path).find("GTM-0") is None  # the oldest
    assert memory(path).find("GTM-1000") == "1"


def test_nothing_of_two_processes_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    code = (
        "import sys, time, pathlib\n"
        "from gtmgen.api.account_memory import AccountMemory\n"
        "known = AccountMemory(pathlib.Path(sys.argv[1]), 'x', time.sleep)\n"
        "for number in range(20): known.remember({f'GTM-{sys.argv[2]}{number}': '1'})\n"
    )
    running = [Process("-c", code, str(path), name, cwd=tmp_path) for name in "ABC"]
    assert [process.communicate() for process in running] == [("", "")] * 3
    assert len(json.loads(path.read_text())["roots"]["x"]) == 60
