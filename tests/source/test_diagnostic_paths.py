"""A diagnostic keeps the path of keys under which it stands in the spec."""

from __future__ import annotations

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.diagnostics import Diagnostic, Severity, Span, drop_repeated
from gtmgen.errors import SpecError
from gtmgen.spec.load import load
from tests.support import write

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1234}
consent: {default: site}
platforms:
  ga4: {measurement_id: G-SHOP123456, consent: [analytics_storage]}
events:
  sign_up:
    on: {event: sign_up}
    send: [ga4]
"""


@pytest.mark.parametrize(
    ("old", "new", "rule", "path"),
    [
        ("send: [ga4]", "send: [ga5]", "bad-value", ("events", "sign_up", "send", 0)),
        (
            "send: [ga4]",
            "params: {method: how}\n    send: [ga4]",
            "unknown-data",
            ("events", "sign_up", "params", "method"),
        ),
        ("sign_up}", '"${NAME}"}', "missing-variable", ("events", "sign_up", "on", "event")),
        ("sign_up}", "a, event: b}", "duplicate-key", ("events", "sign_up", "on", "event")),
        ("send: [ga4]", "send: [ga4", "yaml-syntax", ()),
    ],
)
def test_the_path_of_a_problem(tmp_path, old, new, rule, path):
    write(tmp_path, {"spec.yaml": SPEC.replace(old, new)})
    with pytest.raises(SpecError) as raised:
        compile_spec(load(tmp_path / "spec.yaml", {}))
    assert [(item.rule, item.path) for item in raised.value.diagnostics] == [(rule, path)]


def test_what_reads_alike_is_told_once_whatever_its_path():
    first = Diagnostic(Span("a.yaml", 1, 1), "regex", Severity.WARNING, "no", None, ("data", "a"))
    alias = first._replace(path=("data", "b"))
    other = first._replace(message="neither")
    assert drop_repeated([first, alias, other, first]) == [first, other]
