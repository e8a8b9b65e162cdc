"""Raw entities that are wrong: each message at its value, and nothing else hidden by it."""

import contextlib

import pytest
from support import HEAD, PLATFORMS, problems, write

from gtmgen.compile.compiler import compile_spec
from gtmgen.errors import SpecError
from gtmgen.files.reading import MAX_BYTES
from gtmgen.spec.load import load

SHOP = HEAD + PLATFORMS


def compiled(folder, text, **files):
    """Errors of loading and compiling as (place, rule, message, hint)."""
    write(folder, {"spec.yaml": text, **files})
    with contextlib.chdir(folder):
        try:
            compile_spec(load("spec.yaml", {}))
        except SpecError as error:
            return [(str(d.span), d.rule, d.message, d.hint) for d in error.diagnostics]
    return []


def at(text, value):
    """The place of a value in the spec, as messages give it."""
    before, found, _ = text.partition(value)
    assert found
    lines = before.split("\n")
    return f"spec.yaml:{len(lines)}:{len(lines[-1]) + 1}"


WORDS = "`$tag`, `$trigger`, `$template`, `$parameter`, `$parameters`"
CONDITION = (
    "a condition has `left` and one operator: equals, contains, starts_with, ends_with, matches, "
    "gt, gte, lt, lte, css, url"
)
KNOWN = (
    "known: `All Pages`, `All Pages (server)`, `Consent Initialization - All Pages`, "
    "`Initialization - All Pages`"
)
PIXEL = "known: `TikTok Pixel (shop)`"
CASES = [
    ("tags: {t: {type: html, parameters: {a: {$parameter: {value: x}}}}}", "{value: x}",
     "raw-value", "a `$parameter` has a type, and key, value, list, map, weak", None),
    ("tags: {t: {type: html, parameters: {a: {$foo: 1}}}}", "1}", "raw-value",
     f"`$foo` is none of {WORDS}", None),
    ("tags: {t: {type: html, parameters: {$foo: 1}}}", "1}", "raw-value",
     f"`$foo` is none of {WORDS}", None),
    ("triggers: {t: {type: CLICK, filter: [{left: x, equals: a, contains: b}]}}", "{left",
     "raw-value", CONDITION, None),
    ("triggers: {t: {type: CLICK, settings: {a: [{$tag: 5}]}}}", "5}", "raw-value",
     "`$tag` takes a name", None),
    ("tags: {t: {type: html, more: {notes: x}}}", "x}", "raw-value",
     "`notes` cannot stand under `more`: gtmgen sets it", None),
    ("tags: {t: {type: html, parameters: {html: a}, more: {parameter: [x]}}}", "[x", "raw-value",
     "`parameter` would take the place of `parameters`: leave one of them out", None),
    ("variables: {t: {type: v, more: {enablingTriggerId: x}}}", "x}", "raw-value",
     "`enablingTriggerId` takes a list of triggers", None),
    ("variables: {t: {type: v, more: {enablingTriggerId: [x, {}]}}}", "[x", "raw-value",
     "a trigger is the name of one, or has either `id` or `name`", None),
    ("tags: {t: {type: html, folder: Nowhere}}", "Nowhere", "unknown-name",
     "there is no folder with the name `Nowhere` in GTM", None),
    ("folders: {f: {name: Nowhere near}}\n  tags: {t: {type: html, folder: Nowhere naer}}",
     "Nowhere naer", "unknown-name", "there is no folder with the name `Nowhere naer` in GTM",
     "did you mean `Nowhere near`?"),
    ("variables: {t: {type: {template: X}}}", "X", "unknown-name",
     "there is no template with the name `X` in GTM", PIXEL),
    ("tags: {t: {type: html, firing: [All Page]}}", "All Page", "unknown-name",
     "there is no trigger with the name `All Page` in GTM", "did you mean `All Pages`?"),
    ("tags: {t: {type: html, firing: [All Pages, {name: All Pages}]}}", "All Pages}",
     "unknown-name", "there is no trigger with the name `All Pages` in GTM",
     "did you mean `All Pages`?"),
    ("tags: {t: {type: html, blocking: [zzz]}}", "zzz", "unknown-name",
     "there is no trigger with the name `zzz` in GTM", KNOWN),
    ("zones: {t: {evaluation: [zzz]}}", "zzz", "unknown-name",
     "there is no trigger with the name `zzz` in GTM", KNOWN),
    ("zones: {t: {more: {typeRestriction: {whitelistedTypeId: [html, {template: zzz}]}}}}", "zzz",
     "unknown-name", "there is no template with the name `zzz` in GTM", PIXEL),
    ("variables: {t: {type: v, more: {disablingTriggerId: [zzz]}}}", "zzz", "unknown-name",
     "there is no trigger with the name `zzz` in GTM", KNOWN),
    ("triggers: {t: {type: TRIGGER_GROUP, parameters: {triggerIds: [{$trigger: zzz}]}}}", "zzz",
     "unknown-name", "there is no trigger with the name `zzz` in GTM", "did you mean"),
    ("transformations: {t: {type: tf, parameters: {a: [{b: {$template: zzz}}]}}}", "zzz",
     "unknown-name", "there is no template with the name `zzz` in GTM", PIXEL),
    ("tags: {t: {type: html, parameters: {html: {file: ../../etc/passwd}}}}", "../",
     "missing-file", "the file `../../etc/passwd` lies outside the spec's folder", None),
    ("tags: {t: {type: html, parameters: {html: {file: no.html}}}}", "no.html",
     "missing-file", "the file `no.html` does not exist or cannot be read", None),
    ("tags: {t: {type: html, parameters: {html: {file: 5}}}}", "5}", "raw-value",
     "`file` takes a path below the spec's folder", None),
    ("tags: {t: {type: html, parameters: {html: [{file: latin.html}]}}}", "latin.html",
     "encoding", "the file `latin.html` cannot be used: byte 0xe4 is not UTF-8", None),
    ("templates: {t: {data: {file: latin.html}}}", "latin.html",
     "encoding", "the file `latin.html` cannot be used: byte 0xe4 is not UTF-8", None),
    ("templates: {t: {data: {file: huge.tpl}}}", "huge.tpl", "file-too-large",
     "the file `huge.tpl` cannot be used: the file is larger than 16 MB", None),
]  # fmt: skip


@pytest.mark.parametrize(("part", "value", "rule", "message", "hint"), CASES)
def test_it_says_where_and_what(tmp_path, part, value, rule, message, hint):
    text = f"{SHOP}gtm:\n  {part}\n"
    files = {"latin.html": b"\xe4", "huge.tpl": b"x" * (MAX_BYTES + 1) if "huge" in part else b""}
    ((place, found, said, hinted),) = compiled(tmp_path, text, **files)
    assert (place, found, said) == (at(text, value), rule, message)
    assert hinted == hint or (hint == "did you mean" and hinted)


@pytest.mark.parametrize(
    ("part", "value", "rule", "message"),
    [
        ("tags: {t: {type: html, firing: [{}]}}", "{}]", "empty-value",
         "an empty mapping is not allowed here"),
        ("tags: {t: {type: {}}}", "type: {}", "missing-key", "`template` is missing in `type`"),
    ],
)  # fmt: skip
def test_what_the_schema_says(part, value, rule, message):
    text = f"{SHOP}gtm:\n  {part}\n"
    (problem,) = problems(text)
    assert (str(problem.span), problem.rule, problem.message) == (at(text, value), rule, message)


@pytest.mark.parametrize(
    "text",
    [
        "data: {a: {path: x, folder: Nowhere}}",
        "triggers: {a: {event: x, folder: Nowhere}}",
        "events: {e: {on: {event: x}, send: {ga4: {event: login, folder: Nowhere}}}}",
    ],
)
def test_a_compiled_entity_in_a_folder_that_is_not_there(tmp_path, text):
    text = f"{SHOP}{text}\n"
    ((place, rule, message, _),) = compiled(tmp_path, text)
    assert (place, rule) == (at(text, "Nowhere"), "unknown-name")
    assert message == "there is no folder with the name `Nowhere` in GTM"


def test_a_key_of_a_trigger_where_a_name_belongs(tmp_path):
    text = f"{SHOP}triggers: {{bought: {{event: x}}}}\ngtm:\n  tags: {{t: {{type: html, firing: [bought]}}}}\n"  # noqa: E501
    ((_, rule, _, hint),) = compiled(tmp_path, text)
    assert rule == "unknown-name"
    assert hint == "that is a key of `triggers`; a tag names keys under `on`"


def test_everything_that_is_wrong_with_raw_entities_is_said_at_once(tmp_path):
    text = f"""{SHOP}gtm:
  tags:
    a: {{type: html, parameters: {{x: {{$foo: 1}}, y: {{$bar: 1}}}}, blocking: []}}
    b: {{type: html, parameters: {{x: {{$baz: 1}}}}}}
  triggers: {{c: {{type: CLICK, filter: [{{left: x}}, {{left: y}}]}}}}
events:
  e: {{on: {{event: x}}, params: {{a: nothing}}, send: [ga4]}}
"""
    found = compiled(tmp_path, text)
    assert [rule for _, rule, _, _ in found] == ["raw-value"] * 5 + ["unknown-data"]


def test_files_and_names_are_said_at_once(tmp_path):
    text = f"""{SHOP}gtm:
  folders: {{f: {{}}}}
  tags:
    a: {{type: html, parameters: {{x: {{file: a.html}}, y: {{file: b.html}}}}}}
    b: {{type: {{template: T}}, folder: f, firing: [zzz]}}
    c: {{name: d, type: html}}
    d: {{type: html}}
  templates: {{T: {{data: {{file: c.tpl}}}}}}
"""
    text = text.replace("{T: {", "{t: {name: T, ")
    found = compiled(tmp_path, text)
    rules = sorted(rule for _, rule, _, _ in found)
    assert rules == ["duplicate-name", *["missing-file"] * 3, "unknown-name"]


@pytest.mark.parametrize(
    "part",
    [
        "tags: {t: {}}",
        "triggers: {t: {type: 5}}",
        "variables: {t: {type: v, zzz: 1}}",
        "folders: {t: 5}",
        "templates: {t: {data: 5}}",
        "clients: {t: {type: c, priority: x}}",
        "transformations: {t: {type: x, parameters: 5}}",
        "zones: {t: {conditions: 5}}",
        "gtag_configs: {t: {type: x, name: y}}",
        "built_in_variables: [Page URL]",
        "built_in_variables: 5",
        "tags: 5",
        "zzz: {}",
    ],
)
def test_a_broken_raw_entity_hides_nothing_elsewhere(part):
    text = f"{SHOP}gtm:\n  {part}\nevents:\n  e: {{on: {{event: x}}, send: {{ga4: login}}, pages: [nope]}}\n"  # noqa: E501
    found = {problem.rule for problem in problems(text) if problem.severity == "error"}
    assert "unknown-page" in found
    assert len(found) == 2


def test_what_is_left_out_is_not_missed():
    text = f"""{SHOP}gtm:
  triggers: {{t: {{}}}}
  variables: {{v: {{}}}}
  tags: {{raw: {{}}}}
events:
  e: {{on: t, params: {{a: v}}, send: {{ga4: login, custom: {{tag: raw}}}}}}
"""
    assert {problem.rule for problem in problems(text)} == {"missing-key"}


@pytest.mark.parametrize(
    ("text", "section", "other"),
    [
        ("data: {a: {path: x}}\ngtm: {variables: {a: {type: v}}}\n", "variables", "data"),
        (
            "triggers: {a: {event: x}}\ngtm: {triggers: {a: {type: CLICK}}}\n",
            "triggers",
            "triggers",
        ),
    ],
)
def test_a_key_that_could_mean_two_things(text, section, other):
    (problem,) = [item for item in problems(SHOP + text) if item.severity == "error"]
    assert (problem.rule, problem.message) == ("duplicate-key", f"`a` is a key of `{other}` too")
    assert problem.hint == "`params`, `where` and `on` could mean either: give one another key"
    assert str(problem.span) == at(SHOP + text, f"a: {{type: {'v' if other == 'data' else 'CLICK'}")


def test_a_raw_trigger_is_narrowed_by_nothing():
    head = f"{SHOP}pages: {{p: {{path: /}}}}\ngtm: {{triggers: {{t: {{type: CLICK}}}}}}\nevents:\n"
    message = "`t` is a raw trigger, which `pages` and `where` do not narrow"
    hint = "put the conditions into its `filter`, or write a trigger of the spec"
    for more in ("pages: [p], send: [ga4]", "send: {ga4: {event: login, where: {page_url: x}}}"):
        text = f"{head}  login: {{on: t, {more}}}\n"
        (problem,) = problems(text)
        assert (problem.rule, problem.message, problem.hint) == ("raw-trigger", message, hint)
        assert str(problem.span) == at(text, "t, ")
    own = "analytics_storage], page_view: {on: t, where: {page_url: x}}"
    text = f"{head}  login: {{on: {{page: p}}, send: [ga4]}}\n".replace("analytics_storage]", own)
    (problem,) = problems(text)
    assert (problem.rule, problem.message, str(problem.span)) == (
        "raw-trigger",
        message,
        at(text, "t, where"),
    )
    assert problems(f"{head}  login: {{on: {{page: p}}, except: [t], send: [ga4]}}\n") == []
