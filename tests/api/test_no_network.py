"""A network that swallows packets: said soon, with what to look at."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from gtmgen.api.failures import CallError
from gtmgen.api.retry.policy import CONNECT_SECONDS, Retrier, RetryPolicy
from gtmgen.cli.main import main


@pytest.fixture
def silent() -> Iterator[str]:
    """A place where no connection comes about: whoever wants one waits in the line for ever."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for one in waiting:
            one.close()


def test_nothing_answers(
    silent: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gtmgen.api.retry.transport.CONNECT_SECONDS", 0.2)
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    code = main(["import", "GTM-SHOP1", "--out", "out", "--target", silent, "-q"])

    assert code == 5
    assert capsys.readouterr().err == (
        "error: containers.lookup `GTM-SHOP1` got no answer: `127.0.0.1` was not reached within "
        "0.2 seconds\n\nhint: nothing answers there: check the network, the firewall, and whether "
        "a proxy is needed (`HTTPS_PROXY`)\n"
    )


@pytest.mark.parametrize("trouble", ["dns", "refused", "unreachable"])
@pytest.mark.parametrize("taken", [0.0, CONNECT_SECONDS])
def test_all_attempts_end_within_ten_seconds(trouble: str, taken: float) -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    def call() -> None:
        sleep(taken)
        raise CallError("tags.list", "no", trouble=trouble)  # type: ignore[arg-type]

    retrier = Retrier(lambda: now, sleep, lambda: 1.0, policy=RetryPolicy())

    with pytest.raises(CallError):
        retrier.repeat(call)

    assert taken < now <= 10.0


def test_what_was_not_reached_was_not_sent() -> None:
    error = CallError("tags.create", "no", trouble="unreachable")
    assert (error.outcome_unknown, error.is_transient) == (False, True)
