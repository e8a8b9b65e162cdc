"""A named pipe that nobody writes to is refused wherever a file is read, and never waited for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gtmgen.cli.main import main

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
"""
BROKEN = "error: the key file that GOOGLE_APPLICATION_CREDENTIALS names is broken: "
NO_FILE = "it is not a regular file"


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Nothing but a signal ends a call of the system that waits."""

    def end(*_: object) -> None:
        raise AssertionError(f"it took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("plan spec.yaml --target local:pipe", f"error: cannot read `pipe`: {NO_FILE}\n"),
        ("emulator --state pipe", f"error: cannot read `pipe`: {NO_FILE}\n"),
        ("emulator --faults pipe", f"error: `pipe` cannot be read: {NO_FILE}\n"),
        ("plan spec.yaml", f"{BROKEN}{NO_FILE}\n"),
        (
            "login --client pipe",
            f"error: `pipe` is not an OAuth client to log in with: {NO_FILE}\n",
        ),
    ],
)
def test_a_pipe(
    command: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "spec.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "pipe")

    with no_longer_than(30):
        code = main(command.split())

    assert code != 0
    assert capsys.readouterr().err.startswith(message)
