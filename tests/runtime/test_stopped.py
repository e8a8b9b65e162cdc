"""A page that never ends is stopped, and fails with the reason."""

from gtmgen.diagnostics import Span
from gtmgen.scenarios.accounts import accounts_of_packs
from gtmgen.scenarios.model import Status
from gtmgen.scenarios.parse import parse_scenario
from gtmgen.scenarios.run import Runner, Setting


def run(html):
    raw = {"name": "x", "html": html, "steps": [{"load": "/"}], "expect": []}
    setting = Setting(seconds=0.2)
    place = Span("x.yaml", 1, 1)
    runner = Runner({"containerVersion": {}}, accounts_of_packs(), setting, lambda path: place)
    return runner.run(parse_scenario(raw, ()))


def test_an_endless_loop_is_told():
    result = run("<script>for (;;) {}</script>")
    assert result.status is Status.FAILED
    assert [one.message for one in result.failures] == [
        (
            "stopped: it ran for more than 0.2 s: an endless loop, or a regular expression that "
            "never ends"
        )
    ]


def test_timers_without_end_are_told():
    result = run("<script>(function again() { setTimeout(again, 0); })();</script>")
    assert [one.message for one in result.failures] == [
        "stopped: still busy after 20000 timers in one step"
    ]
