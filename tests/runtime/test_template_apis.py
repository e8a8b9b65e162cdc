"""APIs of templates that no recorded case covers: permissions, callbacks, storage, HTML."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.runtime.engine import Run, run_scenario

from .conftest import template_text

CONSOLE = {"logging": {"environments": "all"}}
LOG = "const log = require('logToConsole');\n"


def tag_of(code: str, **more: Any) -> dict[str, Any]:
    return {"tagId": "1", "name": "Probe", "type": "cvt_1_5", "firingTriggerId": ["10"], **more}


def play(
    code: str,
    permissions: dict[str, Any] | None = None,
    tags: tuple[dict[str, Any], ...] = (),
    **scenario: Any,
) -> Run:
    """Runs a tag template on the event `go`, beside other tags of it."""
    text = template_text(LOG + code, {**CONSOLE, **(permissions or {})}, kind="TAG")
    event = [
        {"type": "TEMPLATE", "key": "arg0", "value": "{{_event}}"},
        {"type": "TEMPLATE", "key": "arg1", "value": "go"},
    ]
    version = {
        "containerId": "1",
        "container": {"publicId": "GTM-PROBE"},
        "customTemplate": [
            {"containerId": "1", "templateId": "5", "name": "Probe", "templateData": text}
        ],
        "trigger": [
            {
                "triggerId": "10",
                "name": "Go",
                "type": "CUSTOM_EVENT",
                "customEventFilter": [{"type": "EQUALS", "parameter": event}],
            }
        ],
        "tag": [tag_of(code), *tags],
    }
    story = {"steps": [{"push": {"event": "go"}}], **scenario}
    run = run_scenario({"containerVersion": version}, story)
    assert run.stopped is None
    assert run.unsupported == ()
    return run


def logged(run: Run) -> list[Any]:
    return [one["args"] for one in run.logs if one["level"] == "template"]


def errors(run: Run) -> list[str]:
    return [one["message"] for one in run.errors]


# ----------------------------------------------------------------------------- gtagSet


@pytest.mark.parametrize(
    ("patterns", "call", "denied"),
    [
        (["a.b"], "{a: {b: 1}}", None),
        (["a"], "{a: {b: 1}}", "a.b"),
        (["a.*"], "{a: {b: {c: 1}}, d: 2}", "d"),
        (["a.b.*"], "'a', {b: {c: 1, d: [1]}}", None),
        (["a.b.c"], "'a', {b: {c: 1, d: [1]}}", "a.b.d"),
        (["a"], "'a', {}", None),
    ],
)
def test_every_path_that_is_set_needs_its_permission(
    patterns: list[str], call: str, denied: str | None
) -> None:
    code = f"require('gtagSet')({call}); data.gtmOnSuccess();"
    run = play(code, {"write_data_layer": {"keyPatterns": patterns}})
    wanted = [f"Permission denied: write_data_layer {denied}"] if denied else []
    assert errors(run) == wanted


# ------------------------------------------------------------------- addEventCallback


def test_an_event_callback_tells_of_the_events_tags() -> None:
    code = """
      require('addEventCallback')((container, event) => { log(container, event.tags); });
      require('callLater')(data.gtmOnSuccess);
    """
    meta = {
        "type": "MAP",
        "map": [{"type": "TEMPLATE", "key": "team", "value": "growth"}],
    }
    pixel = {
        "tagId": "2",
        "name": "Pixel",
        "type": "img",
        "parameter": [{"type": "TEMPLATE", "key": "url", "value": "https://a.example/x"}],
        "firingTriggerId": ["10"],
        "monitoringMetadata": meta,
        "monitoringMetadataTagNameKey": "name",
    }
    run = play(code, {"read_event_metadata": {}}, (pixel,))
    assert logged(run) == [
        [
            "GTM-PROBE",
            [
                {"id": 1, "status": "success", "executionTime": 0},
                {"team": "growth", "name": "Pixel", "id": 2, "status": "failure"}
                | {"executionTime": 5},
            ],
        ]
    ]


def test_a_tag_that_does_not_end_is_timed_out() -> None:
    code = "require('addEventCallback')((id, event) => { log(event.tags[0].status); });"
    permissions = {"read_event_metadata": {}}
    assert logged(play(code, permissions)) == []
    step = {"push": {"event": "go", "eventTimeout": 20}}
    assert logged(play(code, permissions, steps=[step])) == [["timeout"]]


def test_a_tag_that_throws_is_an_exception() -> None:
    code = """
      require('addEventCallback')((id, event) => { log(event.tags[0].status); });
      data.missing.member();
    """
    assert logged(play(code, {"read_event_metadata": {}})) == [["exception"]]


# ------------------------------------------------------------------------------ storage


def test_analytics_storage_is_read_from_its_cookies() -> None:
    code = "log(require('readAnalyticsStorage')()); data.gtmOnSuccess();"
    cookies = {
        "_ga": "GA1.1.1234567.89",
        "_ga_ABC123": "GS1.1.1700000000.3.1.1700000100.0.0.0",
        "_ga_DEF456": "GS2.1.s1760000000$o12$g0$t1760000000$j60$l0$h0",
        "my_ga": "GA1.1.7.8",
    }
    run = play(code, {"read_analytics_storage": {}}, cookies=cookies)
    assert logged(run) == [
        [
            {
                "sessions": [
                    {"measurement_id": "G-ABC123", "session_id": "1700000000", "session_number": 3},
                    {"measurement_id": "G-DEF456", "session_id": "1760000000"}
                    | {"session_number": 12},
                ],
                "client_id": "1234567.89",
            }
        ]
    ]
    prefixed = code.replace("Storage')()", "Storage')({cookie_prefix: 'my'})")
    run = play(prefixed, {"read_analytics_storage": {}}, cookies=cookies)
    assert logged(run) == [[{"sessions": [], "client_id": "7.8"}]]


def test_storage_that_is_forbidden_is_not_there() -> None:
    code = "log(require('localStorage') === undefined); data.gtmOnSuccess();"
    forbid = "<script>window.localStorage.setItem = () => { throw new Error('no'); };</script>"
    assert logged(play(code)) == [[False]]
    assert logged(play(code, html=forbid)) == [[True]]


# -------------------------------------------------------------------------- permissions


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("'access_globals', 'read', 'r'", True),
        ("'access_globals', 'write', 'r'", False),
        ("'access_globals', 'execute', 'r'", False),
        ("'access_globals', 'readwrite', 'r'", False),
        ("'access_globals', 'readwrite', 'rw'", True),
        ("'access_globals', 'execute', 'x'", True),
        ("'access_globals', 'key', 'r'", False),
        ("'access_globals', 'read', 'r.a'", False),
        ("'set_cookies', 'session', {path: '/'}", True),
        ("'set_cookies', 'session', {'max-age': 60}", True),
        ("'set_cookies', 'elsewhere', {path: '/'}", False),
        ("'set_cookies', 'elsewhere', {path: '/shop', domain: 'a.example'}", True),
        ("'send_pixel', 'https://a.example/'", False),
    ],
)
def test_what_is_permitted_can_be_asked(question: str, answer: bool) -> None:
    def row(key: str, *modes: str) -> dict[str, Any]:
        return {"key": key, **{one: one in modes for one in ("read", "write", "execute")}}

    cookie = {"name": "session", "domain": "*", "path": "*", "secure": "any", "session": "any"}
    permissions = {
        "access_globals": {
            "keys": [row("r", "read"), row("rw", "read", "write"), row("x", "execute")]
        },
        "set_cookies": {
            "allowedCookies": [
                cookie,
                {**cookie, "name": "elsewhere", "path": "/shop", "domain": "a.example"},
            ]
        },
    }
    run = play(f"log(require('queryPermission')({question})); data.gtmOnSuccess();", permissions)
    assert logged(run) == [[answer]]


# ---------------------------------------------------------------------- document.write


def html(text: str, **parameters: str) -> dict[str, Any]:
    values = [{"type": "TEMPLATE", "key": "html", "value": text}]
    values += [{"type": "BOOLEAN", "key": key, "value": one} for key, one in parameters.items()]
    return {
        "tagId": "2",
        "name": "Html",
        "type": "html",
        "parameter": values,
        "firingTriggerId": ["10"],
    }


def test_what_a_script_writes_runs_where_it_stands() -> None:
    tag = html(
        "<script>document.write('<script>mark(1)</scr' + 'ipt>'); mark(0);</script>"
        "<script>mark(2);</script>",
        supportDocumentWrite="true",
    )
    run = play("data.gtmOnSuccess();", tags=(tag,), record=["mark"])
    assert [one["args"] for one in run.observed["calls"]] == [[0], [1], [2]]
    assert run.skipped is None


def test_writing_without_support_needs_a_browser() -> None:
    run = play("data.gtmOnSuccess();", tags=(html("<script>document.write('x');</script>"),))
    assert run.skipped == "needs a browser: document.write"


# ---------------------------------------------------------------------------- language


def test_loops_and_named_functions_of_others_run() -> None:
    code = """
      const factorial = function self(n) { return n ? n * self(n - 1) : 1; };
      let count = 0;
      do { count++; } while (count < 3);
      for (var one of [1, 2]) count = count + one;
      log(factorial(5), count, one);
      data.gtmOnSuccess();
    """
    assert logged(play(code)) == [[120, 6, 2]]


@pytest.mark.parametrize(
    ("address", "part", "value"),
    [
        ("https://user:pw@a.example/", "href", "https://user:pw@a.example/"),
        ("https://user@a.example/x", "href", "https://user@a.example/x"),
        ("https://a.example:443/", "port", ""),
        ("https://a.example/a/../b/./c%2F", "pathname", "/b/c%2F"),
    ],
)
def test_parts_of_an_address(address: str, part: str, value: str) -> None:
    code = f"log(require('parseUrl')('{address}').{part}); data.gtmOnSuccess();"
    assert logged(play(code)) == [[value]]


@pytest.mark.parametrize("address", ["http://a b/", "https://a.example:99999/", "https://", "/x"])
def test_what_is_no_address(address: str) -> None:
    code = f"log(require('parseUrl')('{address}')); data.gtmOnSuccess();"
    assert logged(play(code)) == [[{"$undefined": True}]]


# ------------------------------------------------------------------------------ scripts


def recorded(text: str) -> list[Any]:
    run = play("data.gtmOnSuccess();", tags=(html(text),), record=["mark"])
    return [one["args"] for one in run.observed["calls"]]


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        ("let a = 1; const b = 2, c = 3;", "a, b, c", [1, 2, 3]),
        ("class A {}\n  const {d, e: [f]} = {d: 1, e: [2]};", "typeof A, d, f", ["function", 1, 2]),
        ("const r = /[/]{const x/; let s = 'let t'; const u = `let ${s}`;", "s, u", None),
        ("if (true) { let inner = 1; } const g = () => { const h = 1; return h; };", "g()", [1]),
        ("var let_ = 1; let\n  later = 2 / 1; const last = later / 2;", "later, last", [2, 1]),
    ],
)
def test_a_scripts_names_are_seen_by_the_next(
    first: str, second: str, values: list[Any] | None
) -> None:
    text = f"<script>{first}</script><script>mark({second})</script>"
    assert recorded(text) == [["let t", "let let t"] if values is None else values]


def test_a_block_keeps_its_names() -> None:
    text = "<script>{ let a = 1; } (() => { const b = 1; })()</script>"
    assert recorded(text + "<script>mark(typeof a, typeof b)</script>") == [["undefined"] * 2]


def test_scripts_in_comments_and_texts_do_not_run() -> None:
    dead = "<!-- <script>mark(0)</script> --><noscript><script>mark(1)</script></noscript>"
    dead += "<template><script>mark(2)</script></template><script type='text/html'>mark(3)</script>"
    assert recorded(dead + "<script><!--\nmark(4)\n//--></script>") == [[4]]
    run = play("data.gtmOnSuccess();", tags=(html("<!-- <img src='https://a.example/x'> -->"),))
    assert run.observed["requests"] == []


def test_what_only_a_browser_has_is_told() -> None:
    tag = html("<script>if (window.MutationObserver) mark(1);</script>")
    run = play("data.gtmOnSuccess();", tags=(tag,), record=["mark"])
    assert run.skipped == "needs a browser: window.MutationObserver"
    own = html("<script>window.URL = 5; mark(URL);</script>")
    run = play("data.gtmOnSuccess();", tags=(own,), record=["mark"])
    assert (run.skipped, run.observed["calls"][0]["args"]) == (None, [5])


def test_a_container_sees_a_chromium() -> None:
    tag = "<script>mark(/Linux.*Chrome/.test(navigator.userAgent), navigator.vendor)</script>"
    assert recorded(tag) == [[True, "Google Inc."]]


def test_settings_of_universal_analytics_are_an_object() -> None:
    settings = {
        "variableId": "3",
        "name": "GA",
        "type": "gas",
        "parameter": [
            {"type": "TEMPLATE", "key": "trackingId", "value": "UA-1-1"},
            {"type": "TEMPLATE", "key": "cookieDomain", "value": "auto"},
        ],
    }
    parameter = {"type": "TEMPLATE", "key": "gaSettings", "value": "{{GA}}"}
    tag = {"tagId": "1", "name": "UA", "type": "ua", "parameter": [parameter]}
    version = {
        "containerId": "1",
        "variable": [settings],
        "tag": [{**tag, "firingTriggerId": ["2147479553"]}],
    }
    run = run_scenario({"containerVersion": version}, {})
    assert run.unsupported == ()
    assert run.observed["fields"][0]["fields"]["gaSettings"] == {
        "vtp_trackingId": "UA-1-1",
        "vtp_fieldsToSet": [{"fieldName": "cookieDomain", "value": "auto"}],
    }
