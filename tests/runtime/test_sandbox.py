"""The emulation refuses what the sandbox refuses, and behaves as gtm.js was seen to behave."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.runtime.tokens import words

from .conftest import MakeTemplate
from .sandbox_page import UNDEFINED, Page, PageError, Script, TagRun

ANY: dict[str, dict[str, Any]] = {
    "access_template_storage": {},
    "read_data_layer": {"allowedKeys": "any"},
    "get_url": {"urlParts": "any"},
}


def keys(**rows: str) -> dict[str, dict[str, Any]]:
    """access_globals from `path="rwx"`; `__` stands for a dot."""
    return {
        "access_globals": {
            "keys": [
                {
                    "key": key.replace("__", "."),
                    "read": "r" in modes,
                    "write": "w" in modes,
                    "execute": "x" in modes,
                }
                for key, modes in rows.items()
            ]
        }
    }


def value(
    make: MakeTemplate,
    code: str,
    permissions: Any = None,
    fields: Any = None,
    page: Page | None = None,
) -> Any:
    return (page or Page()).evaluate(make(code, permissions or {}), fields)


def error(make: MakeTemplate, code: str, permissions: Any = None, page: Page | None = None) -> str:
    """Why a variable failed; its value must be False."""
    page = page or Page()
    assert value(make, code, permissions, page=page) is False
    return page.errors[-1]


# ------------------------------------------------------------------ members


@pytest.mark.parametrize(
    "method",
    words(
        "includes startsWith endsWith substr repeat padStart charCodeAt "
        " replaceAll trimStart codePointAt"
    ),
)
def test_string_methods_that_do_not_exist(make: MakeTemplate, method: str) -> None:
    assert (
        error(make, f"return 'abc'.{method}('a');")
        == f"`{method}` is not a function of this string."
    )
    assert value(make, f"return 'abc'.{method};") is UNDEFINED


@pytest.mark.parametrize("method", words("find findIndex includes flat fill keys entries at"))
def test_array_methods_that_do_not_exist(make: MakeTemplate, method: str) -> None:
    assert error(make, f"return [1].{method}();") == f"`{method}` is not a function of this array."


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("return (1).toFixed(2);", "number"),
        ("return true.valueOf();", "boolean"),
        ("return {}.valueOf();", "object"),
        ("return (() => 1).call();", "function"),
    ],
)
def test_other_methods_that_do_not_exist(make: MakeTemplate, code: str, kind: str) -> None:
    assert error(make, code).endswith(f"is not a function of this {kind}.")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return 'a-b-a'.replace('a', 'x').split('-');", ["x", "b", "a"]),
        ("return !!'abc'.match('^[a-c]{3}$');", True),
        ("return 'abc'[1] + 'abc'.length;", "b3"),
        ("return [3, 1, 2].sort((a, b) => a - b).map((x, i) => x * i);", [0, 2, 6]),
        ("return (255).toString(16);", "ff"),
        ("return {a: 1}.hasOwnProperty('a');", True),
        ("return {}.constructor;", UNDEFINED),
        ("return {}.__proto__;", UNDEFINED),
        ("return [].constructor;", UNDEFINED),
        ("const o = {}; o.__proto__ = 5; return o.__proto__;", 5),
        (
            "const a = [1]; a.x = 2; const k = []; for (const i in a) k.push(i); return k;",
            ["x", "0"],
        ),
        ("const f = () => arguments.length; return f(1, 2, 3);", 3),
        ("return arguments.length;", 1),
        ("const f = function() { return arguments; }; return f(1, 2).concat([3]);", [1, 2, 3]),
        (
            "const f = []; for (let i = 0; i < 2; i++) f.push(() => i); return f.map((g) => g());",
            [0, 1],
        ),
        ("return f(); function f() { return 1; }", 1),
        ("const a = {b: 1}; a.b += 2; a.b++; return [a.b++, --a.b, a];", [4, 4, {"b": 4}]),
        ("switch (data.x) { case 1: return 'one'; default: return 'other'; }", "other"),
        ("let s = ''; for (const c of 'ab') { s = c + s; } return s;", "ba"),
        ("const x = 1;", UNDEFINED),
        ("return null;", None),
    ],
)
def test_values(make: MakeTemplate, code: str, expected: Any) -> None:
    page = Page()
    assert value(make, code, page=page) == expected
    assert page.errors == ()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return data.a.b;", "Cannot read `b` of undefined."),
        ("const a = null; return a.b();", "Cannot call `b` of null."),
        ("const a = undefined; a.b = 1;", "Cannot set `b` of undefined."),
        ("data.a();", "`a` is not a function of this object."),
        ("for (const a of {}) {}", "This object cannot be iterated."),
        (
            "require('sha256')(5, () => 1);",
            "Argument error in sha256. Expected argument types [string]",
        ),
        (
            "require('callLater')('x');",
            "Argument error in callLater. Expected argument types [function]",
        ),
    ],
)
def test_errors(make: MakeTemplate, code: str, message: str) -> None:
    assert error(make, code) == message


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return require('JSON').parse('{');", UNDEFINED),
        ("return require('JSON').stringify({a: [1]});", '{"a":[1]}'),
        ("return require('decodeUriComponent')('%');", UNDEFINED),
        ("return require('parseUrl')('nope');", UNDEFINED),
        ("return require('parseUrl')('//A.b:444/c?d=1&d=2#e').searchParams;", {"d": ["1", "2"]}),
        ("return require('makeTableMap')([], 'a', 'b');", None),
        ("return require('makeTableMap')([{a: 'x', b: 1}], 'a', 'b');", {"x": 1}),
        ("return require('makeString')(null);", "null"),
        ("return require('makeInteger')('2.6');", 3),
        ("return require('makeInteger')('x');", 0),
        ("return require('getType')([]) + require('getType')(null);", "arraynull"),
        (
            (
                "return require('Object').keys(require('makeTableMap')("
                "[{k: 'b', v: 1}, {k: '2', v: 1}, {k: '1', v: 1}], 'k', 'v'));"
            ),
            ["b", "2", "1"],
        ),
        ("const o = {a: 1}; require('Object').delete(o, 'a'); return o;", {}),
        (
            (
                "const O = require('Object'); const o = {'5': 1, a: 2}; O.delete(o, 5); o[5] = 3;"
                "return O.keys(o);"
            ),
            ["a", "5"],
        ),
        ("return require('fromBase64')(require('toBase64')('Grüße'));", "Grüße"),
        ("return require('toBase64')('ab');", "YWI="),
        ("return require('getUrl')('path') + require('getUrl')('query');", "/p/1.htmlx=1&y=a%20b"),
        ("return require('getUrl')('extension') + require('getUrl')('port');", "html443"),
        ("return require('getUrl')();", "https://shop.example/p/1.html?x=1&y=a%20b#f"),
        ("return require('getQueryParameters')('y');", "a b"),
        ("return require('queryPermission')('read_data_layer', 'a');", True),
        ("return require('queryPermission')('access_globals', 'read', 'a');", False),
        ("const r = require('generateRandom')(3, 4); return r === 3 || r === 4;", True),
    ],
)
def test_apis(make: MakeTemplate, code: str, expected: Any) -> None:
    assert (
        value(make, code, ANY, page=Page("https://shop.example/p/1.html?x=1&y=a%20b#f")) == expected
    )


# ------------------------------------------------------------------- border


def test_what_crosses_the_border_is_a_copy(make: MakeTemplate) -> None:
    page = Page()
    page.run(
        "window.a = {list: [1], when: new Date(), deep: {x: 1}}; a.self = a; a.list.extra = 5;"
    )
    code = """
        const a = require('copyFromWindow')('a');
        a.deep.x = 2;
        a.list.push(a.list.extra);
        return [a.self === a, a.when === undefined, a.deep.x, a.list];
    """
    assert value(make, code, keys(a="r"), page=page) == [True, True, 2, [1, 5]]
    assert page.value("[a.deep.x, a.list.length]") == [1, 1]


@pytest.mark.parametrize("name", ["location", "document", "document.title"])
def test_what_is_not_plain_is_undefined(make: MakeTemplate, name: str) -> None:
    page = Page()
    page.run(
        "class Live {} window.location = new Live();"
        " window.document = new Live(); document.title = 'x';"
    )
    found = value(
        make,
        f"return require('copyFromWindow')('{name}');",
        keys(location="r", document="r"),
        page=page,
    )
    assert found is (False if "." in name else UNDEFINED)


def test_a_path_does_not_lead_through_window(make: MakeTemplate) -> None:
    page = Page()
    page.run("window.a = 1;")
    code = "return require('copyFromWindow')('window.a');"
    assert value(make, code, keys(window__a="r"), page=page) is UNDEFINED


def test_a_function_of_the_page_keeps_its_object_only_through_call_in_window(
    make: MakeTemplate,
) -> None:
    page = Page()
    page.run("window.o = {n: 7, get() { return this && this.n; }};")
    code = "return [require('callInWindow')('o.get'), require('copyFromWindow')('o').get()];"
    assert value(make, code, keys(o="r", o__get="x"), page=page) == [7, None]


def test_a_function_of_the_sandbox_gets_copies(make: MakeTemplate) -> None:
    page = Page()
    value(
        make, "require('setInWindow')('f', (a) => { a.x = 2; return a; });", keys(f="rw"), page=page
    )
    page.run("window.arg = {x: 1, d: new Date()}; window.result = f(arg);")
    assert page.value("[arg.x, result.x, 'd' in result, result.d === undefined]") == [
        1,
        2,
        True,
        True,
    ]


def test_set_in_window_does_not_override_by_itself(make: MakeTemplate) -> None:
    page = Page()
    page.run("window.a = 1;")
    code = """
        const set = require('setInWindow');
        return [set('a', 2), set('a', 3, true), set('b.c', 1)];
    """
    assert value(make, code, keys(a="rw", b__c="rw"), page=page) == [False, True, False]
    assert page.value("a") == 3


def test_alias_in_window_is_a_real_reference(make: MakeTemplate) -> None:
    page = Page()
    page.run("window.a = {};")
    code = "return [require('aliasInWindow')('b', 'a'), require('aliasInWindow')('b', 'c')];"
    assert value(make, code, keys(a="r", b="w", c="r"), page=page) == [
        True,
        True,
    ]  # a missing source, too
    assert page.value("[b, typeof c]") == [None, "undefined"]  # the last alias counts


def test_queues(make: MakeTemplate) -> None:
    page = Page()
    code = """
        const push = require('createQueue')('q');
        push({a: 1}, 2);
        const f = require('createArgumentsQueue')('f', 'f.q');
        return 1;
    """
    page.run("window.f = undefined;")
    assert value(make, code, keys(q="rw", f="rw", f__q="rw"), page=page) is False
    assert page.value("q") == [{"a": 1}, 2]
    code = "require('createArgumentsQueue')('g', 'gq')('x', 1); return 1;"
    assert value(make, code, keys(g="rw", gq="rw"), page=page) == 1
    assert page.value("[gq[0].length, gq[0][0]]") == [2, "x"]


# -------------------------------------------------------------- permissions


@pytest.mark.parametrize(
    ("code", "permissions", "message"),
    [
        ("require('copyFromWindow')('W.a');", keys(W="rwx"), "access_globals read W.a"),
        ("require('copyFromWindow')('W');", keys(W="w"), "access_globals read W"),
        ("require('setInWindow')('W', 1);", keys(W="w"), "access_globals readwrite W"),
        ("require('createQueue')('W');", keys(W="r"), "access_globals readwrite W"),
        (
            "require('callInWindow')('ttq.track');",
            keys(ttq="rwx"),
            "access_globals execute ttq.track",
        ),
        ("require('aliasInWindow')('a', 'b');", keys(a="w"), "access_globals read b"),
        ("require('copyFromDataLayer')('a');", {}, "read_data_layer a"),
        ("require('templateStorage').getItem('a');", {}, "access_template_storage"),
        (
            "require('localStorage').setItem('a', 1);",
            {"access_local_storage": {"keys": [{"key": "a", "read": True, "write": False}]}},
            "access_local_storage write a",
        ),
        (
            "require('getCookieValues')('a');",
            {"get_cookies": {"cookieAccess": "specific", "cookieNames": ["b"]}},
            "get_cookies a",
        ),
        (
            "require('getUrl')('query');",
            {"get_url": {"urlParts": "specific", "path": True}},
            "get_url query",
        ),
        (
            "require('isConsentGranted')('ad_storage');",
            {"access_consent": {"consentTypes": []}},
            "access_consent ad_storage read",
        ),
        (
            "require('gtagSet')('a', 1);",
            {"write_data_layer": {"keyPatterns": ["b"]}},
            "write_data_layer a",
        ),
        ("require('sendPixel')('https://a.example/');", {}, "send_pixel https://a.example/"),
        ("require('getContainerVersion')();", {}, "read_container_data"),
    ],
)
def test_a_call_without_permission_throws(
    make: MakeTemplate, code: str, permissions: Any, message: str
) -> None:
    assert error(make, code, permissions) == f"Permission denied: {message}"


@pytest.mark.parametrize(
    ("key", "patterns", "allowed"),
    [
        ("a", ["a"], True),
        ("a.b", ["a"], False),
        ("a", ["a.*"], True),
        ("a.b.c", ["a.*"], True),
        ("ab", ["a.*"], False),
        ("ecommerce.items.0.id", ["ecommerce.*"], False),
        ("gtm.uniqueEventId", ["gtm.uniqueEventId"], True),
    ],
)
def test_the_token_rule_of_the_data_layer(
    make: MakeTemplate, key: str, patterns: list[str], allowed: bool
) -> None:
    permissions = {"read_data_layer": {"allowedKeys": "specific", "keyPatterns": patterns}}
    assert (
        value(make, f"return require('queryPermission')('read_data_layer', '{key}');", permissions)
        is allowed
    )


def test_any_allows_numbers_in_a_key(make: MakeTemplate) -> None:
    page = Page()
    page.push({"event": "e", "ecommerce": {"items": [{"id": 1}]}})
    assert (
        value(make, "return require('copyFromDataLayer')('ecommerce.items.0.id');", ANY, page=page)
        == 1
    )


@pytest.mark.parametrize(
    ("url", "pattern", "allowed"),
    [
        (
            "https://analytics.tiktok.com/i18n/pixel/events.js?x=1",
            "https://analytics.tiktok.com/",
            True,
        ),
        (
            "https://analytics.tiktok.com/i18n/pixel/events.js?x=1",
            "https://analytics.tiktok.com/i18n/*",
            True,
        ),
        ("https://analytics.tiktok.com/other", "https://analytics.tiktok.com/i18n/*", False),
        ("https://a.example/x.js?y=1", "https://a.example/x.js", False),
        ("https://a.example/x.js", "https://a.example/x.js", True),
        ("https://a.example/1/x.js", "https://a.example/*/x.js", True),
        ("https://evil.example/a.example/", "https://a.example/", False),
        ("https://b.a.example/", "https://*.a.example/", True),
        ("https://a.example/", "https://*.a.example/", True),
        ("https://xa.example/", "https://*.a.example/", False),
        ("http://a.example/", "https://a.example/", False),
        ("https://a.example:8443/", "https://a.example/", False),
        ("https://a.example:443/", "https://a.example/", True),
    ],
)
def test_the_url_rule(make: MakeTemplate, url: str, pattern: str, allowed: bool) -> None:
    page = Page()
    template = make(
        f"require('injectScript')('{url}'); data.gtmOnSuccess();",
        {"inject_script": {"urls": [pattern]}},
        kind="TAG",
    )
    run = page.tag(page.fire(template))
    assert run.error == (None if allowed else f"Permission denied: inject_script {url}")
    assert len(page.scripts) == allowed


def test_http_is_refused_even_for_any(make: MakeTemplate) -> None:
    permissions = {"send_pixel": {"allowedUrls": "any"}}
    assert (
        value(make, "return require('sendPixel')('https://a.example/');", permissions) is UNDEFINED
    )
    message = error(make, "return require('sendPixel')('http://a.example/');", permissions)
    assert message == "Permission denied: send_pixel http://a.example/"


def test_a_log_without_permission_is_silent(make: MakeTemplate) -> None:
    for environments, lines in (("all", ("x 1",)), ("debug", ())):
        page = Page()
        permissions = {"logging": {"environments": environments}}
        assert (
            value(make, "require('logToConsole')('x', 1); return 1;", permissions, page=page) == 1
        )
        assert page.logs == lines


# ---------------------------------------------------------- tags and storage


@pytest.mark.parametrize(
    ("code", "before", "after", "message"),
    [
        ("data.gtmOnSuccess();", "running", "success", None),
        ("data.gtmOnFailure(); data.gtmOnSuccess();", "running", "failure", None),
        ("data.gtmOnSuccess(); data.gtmOnFailure();", "running", "success", None),
        ("data.gtmOnSuccess(); data.x.y();", "failure", "failure", "Cannot read `x` of undefined."),
        ("if (data.x) data.gtmOnSuccess();", "running", "running", None),
        (
            "require('callLater')(() => { data.x.y(); }); require('callLater')(data.gtmOnSuccess);",
            "running",
            "success",
            None,
        ),
    ],
)
def test_how_a_tag_ends(
    make: MakeTemplate, code: str, before: str, after: str, message: str | None
) -> None:
    page = Page()
    handle = page.fire(make(code, kind="TAG"))
    assert page.tag(handle).status == before
    page.settle()
    expected = message and message.replace("read `x`", "call `y`")
    assert page.tag(handle) == TagRun(after, expected)  # type: ignore[arg-type]


def test_a_tag_has_its_numbers_and_only_the_fields_given(make: MakeTemplate) -> None:
    page = Page()
    page.push({"event": "e"})
    template = make(
        "require('setInWindow')('d', require('Object').entries(data)); data.gtmOnSuccess();",
        keys(d="rw"),
        kind="TAG",
        parameters=[{"type": "TEXT", "name": "a", "defaultValue": "x"}],
    )
    page.fire(template, {"b": 1}, tag_id=12)
    assert page.value("d.filter((one) => typeof one[1] !== 'function')") == [
        ["b", 1],
        ["gtmTagId", 12],
        ["gtmEventId", page.events[-1].id],
    ]


def test_template_storage_is_shared_by_one_template_only(make: MakeTemplate) -> None:
    page = Page()
    code = """
        const storage = require('templateStorage');
        storage.setItem('n', (storage.getItem('n') || 0) + 1);
        return storage.getItem('n');
    """
    one, two = make(code, ANY), make(code + " // another", ANY)
    assert [page.evaluate(one), page.evaluate(one), page.evaluate(two)] == [1, 2, 1]
    assert Page().evaluate(one) == 1


def test_a_script_with_a_token_is_loaded_once(make: MakeTemplate) -> None:
    page = Page()
    code = """
        const call = require('callInWindow');
        const url = 'https://a.example/x.js';
        require('injectScript')(url, () => call('done', 1), () => call('done', 0), data.token);
        data.gtmOnSuccess();
    """
    template = make(
        code, {"inject_script": {"urls": ["https://a.example/"]}, **keys(done="x")}, kind="TAG"
    )
    page.run("window.got = []; window.done = (x) => got.push(x);")
    page.fire(template, {"token": "t"})
    page.fire(template, {"token": "t"})
    assert page.scripts == (Script("https://a.example/x.js", "pending"),)
    assert (page.fail_scripts(), page.value("got")) == (1, [0, 0])
    page.fire(template, {"token": "t"})
    assert (page.load_scripts("https://a.example/"), len(page.scripts)) == (1, 2)
    page.fire(template, {"token": "t"})
    page.settle()
    assert (page.value("got"), len(page.scripts)) == ([0, 0, 1, 1], 2)
    page.fire(template)
    page.fire(template)
    assert len(page.scripts) == 4


HASH = """
    require('sha256')('abc', (digest) => require('setInWindow')('h', digest, true),
      (failure) => require('setInWindow')('h', failure.name, true),
      {outputEncoding: data.encoding});
    return typeof require('copyFromWindow')('h');
"""


@pytest.mark.parametrize(
    ("url", "encoding", "expected"),
    [
        (
            "https://a.example/",
            "hex",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        ("https://a.example/", None, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("http://a.example/", "hex", "BrowserNotSupported"),
    ],
)
def test_sha256_is_asynchronous(
    make: MakeTemplate, url: str, encoding: str | None, expected: str
) -> None:
    page = Page(url)
    fields = {"encoding": encoding} if encoding else {}
    assert value(make, HASH, keys(h="rw"), fields, page) == "undefined"
    page.settle()
    assert page.value("h") == expected


def test_a_variable_runs_at_every_reference(make: MakeTemplate) -> None:
    page = Page()
    page.run("window.n = 0; window.next = () => ++n;")
    template = make("return require('callInWindow')('next');", keys(next="x"))
    assert [page.evaluate(template), page.evaluate(template)] == [1, 2]


def test_consent(make: MakeTemplate) -> None:
    page = Page()
    granted = {"consentType": "ad_storage", "read": True, "write": True}
    code = """
        const seen = [];
        const update = require('updateConsentState');
        require('addConsentListener')('ad_storage', (type, granted) => seen.push(granted));
        seen.push(require('isConsentGranted')('ad_storage'));
        update({ad_storage: 'granted'});
        update({ad_storage: 'denied'});
        seen.push(require('isConsentGranted')('ad_storage'));
        return seen;
    """
    assert value(make, code, {"access_consent": {"consentTypes": [granted]}}, page=page) == [
        True,
        False,
        False,
    ]


# -------------------------------------------------------------- data layer


def test_the_order_of_the_first_messages() -> None:
    page = Page()
    page.push({"plain": 1})
    assert page.events == []
    page.push({"event": "early", "v": 2})
    page.start()
    names = ["gtm.init_consent", "gtm.init", "early", "gtm.js"]
    assert [event.name for event in page.events] == names
    none, first, second = page.value("dataLayer.map((one) => one['gtm.uniqueEventId'])")
    assert none is None
    assert 2 < first < second  # gtm.init_consent and gtm.init have numbers of their own


def test_the_data_model_merges_as_seen_in_gtm() -> None:
    page = Page()
    page.push(
        {
            "event": "t1",
            "ec": {"items": [{"id": 1}, {"id": 2}], "value": 5},
            "a.b": 1,
            "n": None,
            "k": "keep",
        }
    )
    assert page.data("ec") == {"items": [{"id": 1}, {"id": 2}], "value": 5}
    assert (page.data("ec.items.0.id"), page.data("ec.items.length"), page.data("a.b")) == (1, 2, 1)
    page.push({"event": "t2", "ec": {"items": [{"id": 9}]}})
    assert page.data("ec") == {"items": [{"id": 9}, {"id": 2}], "value": 5}
    page.push({"event": "t3", "ec": None})
    assert (page.data("ec"), page.data("ec.items")) == (None, False)
    page.push({"event": "t4", "ec": {"items": [{"id": 3}]}})
    assert page.data("ec") == {"items": [{"id": 3}]}
    page.run("dataLayer.push({event: 't5', k: undefined})")
    assert page.data("k") is UNDEFINED
    page.push({"event": "t6", "a": {"c": 2}})
    assert page.data("a") == {"b": 1, "c": 2}
    page.push({"event": "t7", "a": {"d": 3}, "_clear": True})
    assert (page.data("a"), page.data("ec.items.0.id")) == ({"d": 3}, 3)
    page.run("dataLayer.push(function() { this.set('k', this.get('a.d') + 1); })")
    assert page.data("k") == 4
    page.run("dataLayer.push(['ec.items.push', {id: 4}])")
    assert page.data("ec.items") == [{"id": 3}, {"id": 4}]
    page.run(
        "function gtag() { dataLayer.push(arguments); } gtag('set', 'k', 'viaset');"
        " gtag('set', {m: {n: 1}});"
    )
    assert (page.data("k"), page.data("m.n")) == ("viaset", 1)
    page.run("gtag('event', 'named', {x: 1})")
    assert (page.events[-1].name, page.data("eventModel.x")) == ("named", 1)
    page.run("dataLayer.push(function() { this.reset(); })")
    assert page.data("ec") is UNDEFINED


def test_version_one_is_the_last_value_pushed_under_the_literal_key(make: MakeTemplate) -> None:
    page = Page()
    page.push({"event": "e", "a": {"b": 1}}, {"event": "e", "a": {"c": 2}, "x.y": 3})
    code = """
        const copy = require('copyFromDataLayer');
        return [copy('a', 1), copy('x.y', 1), copy('a.c', 1) === undefined];
    """
    assert value(make, code, ANY, page=page) == [{"c": 2}, 3, True]


def test_a_message_of_a_template_cannot_be_read_in_the_array(make: MakeTemplate) -> None:
    page = Page()
    page.start()
    code = """
        require('createQueue')('dataLayer')({event: 'mine', a: 1});
        return require('copyFromWindow')('dataLayer');
    """
    copied = value(make, code, keys(dataLayer="rw"), page=page)
    assert copied[1] is None  # undefined, in JSON
    page.settle()
    assert (page.events[-1].name, page.data("a")) == ("mine", 1)
    assert page.value(
        "[dataLayer[1].event === undefined, dataLayer[1].getUntrustedMessageValue().a]"
    ) == [True, 1]


def test_an_error_of_the_page_is_the_pages() -> None:
    with pytest.raises(PageError, match="boom"):
        Page().run("throw new Error('boom')")
    with pytest.raises(PageError) as found:
        Page("shop.example")
    assert str(found.value) == "not an absolute URL: shop.example"
