"""Environments laid over the spec, and variables filled in."""

import json

import pytest
from support import HEAD, PLATFORMS, load_text, problems, rendered, rules

from gtmgen.cli.main import main
from gtmgen.errors import SpecError, UsageError
from gtmgen.source.open import open_source, open_with

BASE = HEAD + "site: {currency: EUR, hosts: [shop.example]}\ndata: {x: {path: x}}\n"


def data(overlay, base=BASE, env="staging", **options):
    text = f"{base}environments:\n  staging: {overlay}\n  other: {{}}\n"
    return load_text(text, env=env, **options).document.data


def test_deep_merge():
    found = data("{site: {currency: USD}, container: {workspace: w}, pages: {p: {path: /}}}")
    assert found["site"] == {"currency": "USD", "hosts": ["shop.example"]}
    assert found["container"] == {"gtm": "GTM-TEST", "workspace": "w"}
    assert found["pages"] == {"p": {"path": "/"}}
    assert "environments" not in found


def test_lists_are_replaced():
    assert data("{site: {hosts: [staging.example]}}")["site"]["hosts"] == ["staging.example"]


@pytest.mark.parametrize("null", ["null", "~", "", "Null", "NULL"])
def test_null_removes(null):
    assert data(f"{{site: {{currency: {null}}}}}")["site"] == {"hosts": ["shop.example"]}
    assert "data" not in data(f"{{data: {null}}}")


def test_null_in_quotes_is_text():
    assert data("{container: {folder: 'null'}}")["container"]["folder"] == "null"


def test_null_for_what_is_not_there():
    assert data("{site: {navigation: null}}")["site"] == {
        "currency": "EUR",
        "hosts": ["shop.example"],
    }


def test_a_null_shared_by_an_alias_removes_one_key_only():
    base = HEAD + "data: {x: {path: x, example: &no null}}\n"
    assert data("{data: {x: {description: *no}}}", base)["data"]["x"] == {
        "path": "x",
        "example": None,
    }


def test_the_spec_itself_has_no_environment_in_it():
    text = BASE + "environments: {staging: {site: {currency: nonsense}}}\n"
    assert load_text(text).spec.site.currency == "EUR"
    (problem,) = problems(text, env="staging")
    assert (problem.rule, problem.span.col, problem.span.width) == ("bad-value", 43, 8)


def test_an_unknown_environment():
    with pytest.raises(UsageError, match="the spec has no environment `stagin`") as raised:
        data("{}", env="stagin")
    assert raised.value.hint == "did you mean `staging`?"
    with pytest.raises(UsageError) as raised:
        load_text(BASE, env="staging")
    assert raised.value.hint == "it has no `environments` section"


@pytest.mark.parametrize(
    ("section", "rules_found"),
    [
        ("", ["wrong-type"]),
        ("5", ["wrong-type"]),
        ("[a]", ["wrong-type"]),
        ("{a: 5, b: [], c: null}", ["wrong-type"] * 3),
        ("{a: {}, a: {}}", ["duplicate-key"]),
        ("{[a]: {}}", ["complex-key"]),
        ("{a: {}}\nenvironments: {}", ["duplicate-key"]),
        ("\nenvironments: {a: {}}", ["duplicate-key"]),
        ("{a: , a: {}}", ["duplicate-key"]),
    ],
)
def test_a_section_that_is_none(section, rules_found):
    assert rules(f"{BASE}environments: {section}\n") == rules_found


@pytest.mark.parametrize(
    ("overlay", "rules_found"),
    [
        ("{site: {}, site: {}}", ["duplicate-key"]),
        ("{site: {currency: USD, currency: EUR}}", ["duplicate-key"]),
        ("{pages: {p: {path: /, path: /a}}}", ["duplicate-key"]),
        ("{[a]: b}", ["complex-key"]),
        ("{include: a.yaml}", ["unknown-key"]),
        ("{environments: {}}", ["unknown-key"]),
        ("{nonsense: 1}", ["unknown-key"]),
        ("{site: {currency: '${NO}'}}", ["missing-variable"]),
    ],
)
def test_what_is_wrong_in_an_environment_shows_only_there(overlay, rules_found):
    text = f"{BASE}environments: {{bad: {overlay}, good: {{}}}}\n"
    assert rules(text, env="bad") == rules_found
    assert rules(text, env="good") == rules(text) == ["unused-data"]


def test_validate_looks_into_every_environment(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    overlays = "{a: {site: {currency: x}}, b: {pages: {p: {path: y}}}, c: {}}"
    (tmp_path / "s.yaml").write_text(f"{HEAD}environments: {overlays}\n")
    assert main(["validate", "s.yaml", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [p["message"] for p in found] == [
        "the text `x` is not allowed here (`--env a`)",
        "the text `y` is not allowed here (`--env b`)",
    ]


BLOCKS = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
environments:
  staging:
    platforms:
      ga4:
        measurement_id: G-STAGING123
  test: {}
consent: {default: site}
platforms:
  ga4:
    measurement_id: G-ABC1234567
    consent: [analytics_storage]
"""


@pytest.mark.parametrize(
    ("line", "written", "message"),
    [
        ("      ga4:", "    ga4:", "7:5: `ga4` is indented by 4 spaces instead of 6"),
        (
            "        measurement_id: G-S",
            "    measurement_id: G-S",
            "8:5: `measurement_id` is indented by 4 spaces instead of 8",
        ),
        (
            "        measurement_id: G-S",
            "      measurement_id: G-S",
            "8:7: `measurement_id` is indented by 6 spaces instead of 8",
        ),
        (
            "platforms:\n  ga4:",
            "platforms:\nga4:",
            "12:1: `ga4` must be indented further to belong to `platforms`",
        ),
        (
            "\nplatforms:",
            "\n  platforms:",
            "11:3: `platforms` is indented by 2 spaces instead of 0",
        ),
    ],
)
def test_a_line_in_a_wrong_column_is_told_once_for_all_environments(
    line, written, message, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(BLOCKS.replace(line, written, 1))
    assert main(["validate", "s.yaml", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [f"{p['line']}:{p['column']}: {p['message']}" for p in found] == [message]


TWO_KEYS = BLOCKS.replace("G-STAGING123\n", "G-STAGING123\n        consent: [analytics_storage]\n")


@pytest.mark.parametrize(
    ("first", "last", "by"),
    [(7, 7, 4), (7, 9, 4), (7, 9, 2), (8, 8, 6), (8, 9, 2), (6, 6, 2), (6, 9, 2)],
)
def test_lines_that_slip_out_of_an_environment(first, last, by, tmp_path, capsys, monkeypatch):
    lines = TWO_KEYS.splitlines()
    key, wanted = lines[first - 1].strip().partition(":")[0], lines[first - 1].rindex("  ") + 2
    for index in range(first - 1, last):
        lines[index] = lines[index][by:]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text("\n".join(lines) + "\n")
    assert main(["validate", "s.yaml", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["problems"]
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    assert [(p["line"], p["column"], p["message"], p["hint"]) for p in found] == [
        (
            first,
            wanted - by + 1,
            f"`{key}` is indented by {wanted - by} spaces instead of {wanted}",
            f"put {by} more spaces at the beginning of {where}",
        )
    ]


SEVERAL_BLOCKS = (
    BLOCKS.partition("environments:")[0]
    + """\
environments:
  staging:
    platforms:
      tiktok:
        pixel_id: C5STAGINGPIXEL000000
      ga4:
        measurement_id: G-STAGING123
    site:
      hosts: [staging.example]
      currency: USD
    container:
      gtm: GTM-STAG123
consent: {default: site}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
"""
)


@pytest.mark.parametrize(
    ("slipped", "found"),
    [
        (
            [(7, 8), (12, 13)],
            [
                (7, "`tiktok` is indented by 4 spaces instead of 6", "lines 7 to 8"),
                (12, "`hosts` is indented by 4 spaces instead of 6", "lines 12 to 13"),
            ],
        ),
        (
            [(9, 10), (15, 15)],
            [
                (9, "`ga4` is indented by 4 spaces instead of 6", "lines 9 to 10"),
                (15, "`gtm` is indented by 4 spaces instead of 6", "line 15"),
            ],
        ),
        (
            [(8, 8), (10, 10), (12, 13)],
            [
                (8, "`pixel_id` is indented by 6 spaces instead of 8", "line 8"),
                (10, "`measurement_id` is indented by 6 spaces instead of 8", "line 10"),
                (12, "`hosts` is indented by 4 spaces instead of 6", "lines 12 to 13"),
            ],
        ),
    ],
)
def test_several_blocks_that_slip_out_of_an_environment(slipped, found):
    lines = SEVERAL_BLOCKS.splitlines()
    for first, last in slipped:
        for index in range(first - 1, last):
            lines[index] = lines[index][2:]
    told = problems("\n".join(lines) + "\n", env="staging")
    assert [(one.span.line, one.message, one.hint) for one in told] == [
        (line, message, f"put 2 more spaces at the beginning of {where}")
        for line, message, where in found
    ]


@pytest.mark.parametrize("by", [2, 4])
def test_a_section_of_an_environment_that_stands_too_deep(by):
    section = "    site:\n      currency: EUR\n"
    text = TWO_KEYS.replace("  test: {}\n", f"{' ' * by}{section}  test: {{}}\n")
    assert [(str(p.span), p.message, p.hint) for p in problems(text, env="staging")] == [
        (
            f"spec.yaml:10:{by + 5}",
            f"`site` is indented by {by + 4} spaces instead of 4",
            f"remove {by} spaces at the beginning of line 10",
        )
    ]


def test_lines_that_slip_with_variables_that_are_not_set(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = TWO_KEYS.replace("      ga4:\n        m", "  ga4:\n        m")
    for value in ("GTM-ACME42", "G-ABC1234567", "G-STAGING123"):
        text = text.replace(value, f'"${{{value.replace("-", "_")}}}"')
    (tmp_path / "s.yaml").write_text(text)
    assert main(["validate", "s.yaml", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [(p["line"], p["message"]) for p in found] == [
        (7, "`ga4` is indented by 2 spaces instead of 6")
    ]


def test_lines_that_slip_are_looked_for_once_for_all_environments(tmp_path, capsys, monkeypatch):
    tried = []

    def try_move(source, file, text):
        tried.append(text)
        return open_with(source, file, text)

    monkeypatch.setattr("gtmgen.spec.slips.open_with", try_move)
    monkeypatch.chdir(tmp_path)
    names = "".join(f"  e{number}: {{}}\n" for number in range(30))
    text = TWO_KEYS.replace("      ga4:\n        m", "  ga4:\n        m")
    (tmp_path / "s.yaml").write_text(text.replace("  test: {}\n", names))
    assert main(["validate", "s.yaml", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [(p["line"], p["message"]) for p in found] == [
        (7, "`ga4` is indented by 2 spaces instead of 6")
    ]
    assert tried
    assert len(tried) == len({*tried})


def test_what_is_no_section_has_not_slipped_into_the_environments():
    text = BLOCKS.replace("  test: {}\n", "  staging:\n  '':\n  ~:\n")
    found = [f"{p.span.line}:{p.span.col} {p.message}" for p in problems(text)]
    assert found[0] == "9:3 the key `staging` is set twice"
    assert not any("instead of 0" in one for one in found)


OVERLAY = """\
environments:
  staging:
    container:
      gtm: GTM-STAG42
      workspace: review
    events:
      sign_up:
        on: {event: signed_up}
        params:
          plan: plan
  live: {}
"""


@pytest.mark.parametrize(
    ("line", "by", "wanted"),
    [
        ("      workspace: review", -2, 6),
        ("        params:", -2, 8),
        ("        on: {event: signed_up}", -2, 8),
        ("  live: {}", 2, 2),
    ],
)
def test_a_line_of_an_environment_beside_the_key_that_it_belongs_to(line, by, wanted):
    written = " " * by + line if by > 0 else line[-by:]
    text = f"{BLOCKS.partition('environments:')[0]}{OVERLAY.replace(line, written)}"
    text += f"consent: {BLOCKS.partition('consent: ')[2]}data: {{plan: {{path: plan}}}}\n"
    text += "events:\n  sign_up: {on: {event: sign_up}, send: [ga4]}\n"
    number = text.splitlines().index(written) + 1
    key, spaces = line.strip().partition(":")[0], f"{abs(by)} {'more ' if by < 0 else ''}spaces"
    found = [(p.span.line, p.message, p.hint) for p in problems(text, env="staging")]
    assert found == [
        (
            number,
            f"`{key}` is indented by {wanted + by} spaces instead of {wanted}",
            f"{'put' if by < 0 else 'remove'} {spaces} at the beginning of line {number}",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (
            "      workspace: review",
            "      wrkspace: review",
            ["unknown key `wrkspace` in `container`"],
        ),
        (
            "      workspace: review",
            "      currency: EUR",
            ["unknown key `currency` in `container`"],
        ),
        (
            "      sign_up:",
            "      log_in:",
            ["`send` is missing in `log_in`"],
        ),
    ],
)
def test_what_an_environment_has_wrong_in_its_place(old, new, messages):
    text = f"{BLOCKS.partition('environments:')[0]}{OVERLAY.replace(old, new)}"
    text += f"consent: {BLOCKS.partition('consent: ')[2]}data: {{plan: {{path: plan}}}}\n"
    text += "events:\n  sign_up: {on: {event: sign_up}, send: [ga4]}\n"
    assert [p.message for p in problems(text, env="staging")] == messages


def test_what_is_wrong_beside_lines_that_slip_is_told_too():
    text = TWO_KEYS.replace("      ga4:\n        m", "  ga4:\n        m").replace(
        "project", "projct"
    )
    assert [(p.span.line, p.message) for p in problems(text)] == [
        (2, "unknown key `projct`"),
        (7, "`ga4` is indented by 2 spaces instead of 6"),
    ]


def test_an_environment_with_a_mistake_below_one_that_takes_a_section_away():
    text = TWO_KEYS.replace("      ga4:\n", "  live:\n    site: {currncy: EUR}\n")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("        "))
    assert [p.message for p in problems(text, env="live")] == ["unknown key `currncy` in `site`"]
    assert problems(text) == []


# -- variables -------------------------------------------------------------------------


def variable(value, **environ):
    return load_text(f"{HEAD}data: {{a: {{constant: {value}}}}}\n", environ=environ).document.data[
        "data"
    ]["a"]["constant"]


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("${A}", "one"),
        ("'x${A}y${A}'", "xoneyone"),
        ("'${B:-two}'", "two"),
        ("'${B:-}${A}'", "one"),
        ("'${A:-two}'", "one"),
        ("'$${A}'", "${A}"),
        ("'$A $ {A} $'", "$A $ {A} $"),
        ("'${B:-a:b-c}'", "a:b-c"),
        ("'$$${A}'", "$${A}"),
        ("|-\n   ${A}\n   ${A}\n", "one\none"),
    ],
)
def test_variables(value, result):
    text = f"{HEAD}data:\n a:\n  constant: {value}\n"
    assert load_text(text, environ={"A": "one"}).document.data["data"]["a"]["constant"] == result


def test_what_a_variable_holds_is_text_and_not_filled_in_again():
    assert variable("'${A}'", A="${B}") == "${B}"
    assert variable("'${A}'", A="5") == "5"
    assert variable("'${A}'", A="\udc80") == "\udc80"


def test_a_missing_variable():
    assert rendered(HEAD + "site: {currency: '${CURRENCY}'}\n") == (
        "spec.yaml:4:18: error[missing-variable]: the environment variable `CURRENCY` is not set\n"
        "    4 | site: {currency: '${CURRENCY}'}\n"
        "      |                  ^^^^^^^^^^^^^\n"
        "hint: set it, or give a default: `${CURRENCY:-default}`"
    )


@pytest.mark.parametrize("value", ["${", "${}", "${1A}", "${A", "${A-b}", "${A:b}", "${ A }"])
def test_a_malformed_variable(value):
    (problem,) = problems(f"{HEAD}site: {{currency: '{value}'}}\n", environ={"A": "EUR"})
    assert problem.rule == "interpolation"
    assert problem.message == "`${` is not followed by a name and `}`"
    assert problem.hint == ("write `${NAME}` or `${NAME:-default}`; `$${` stands for `${` itself")


def test_every_missing_variable_is_named():
    text = HEAD + PLATFORMS.replace("C4A1B2C3D4E5F6G7H8I0", "'${A}'").replace(
        "G-ABC1234567", "'${B}'"
    )
    assert rules(text) == ["missing-variable"] * 2


def test_environments_share_what_they_leave_as_it_is():
    text = f"{BASE}environments:\n  staging: {{site: {{currency: USD}}}}\n"
    source = open_source("spec.yaml", text.encode())
    first, second = source.document({}), source.document({}, "staging")
    assert second.data["data"] is first.data["data"]
    assert (first.data["site"]["currency"], second.data["site"]["currency"]) == ("EUR", "USD")
    # What is made of a section follows the section.
    made = [one.make_once("site", lambda site: [*site.values()]) for one in (first, second, first)]
    assert made == [[*one.data["site"].values()] for one in (first, second, first)]
    once = [one.make_once("data", lambda _: object()) for one in (first, second)]
    assert once[0] is once[1]


def test_a_section_with_a_variable_is_read_for_each_environment_of_the_machine():
    text = HEAD + "site: {currency: '${CURRENCY:-EUR}', hosts: ['${HOST}']}\n"
    source = open_source("spec.yaml", text.encode())

    def site(**environ):
        document = source.document(environ, needs_values=False)
        return document.data["site"], document.unset

    path = ("site", "hosts", 0)
    assert site() == ({"currency": "EUR", "hosts": ["${HOST}"]}, {"HOST": [path]})
    assert site(CURRENCY="USD", HOST="a") == ({"currency": "USD", "hosts": ["a"]}, {})
    assert site() == ({"currency": "EUR", "hosts": ["${HOST}"]}, {"HOST": [path]})


def test_a_problem_of_a_section_is_found_in_every_environment():
    text = f"{BASE}pages: {{p: {{path: /, path: /a}}}}\nenvironments: {{staging: {{}}}}\n"
    source = open_source("spec.yaml", text.encode())
    for env in (None, "staging", None):
        with pytest.raises(SpecError) as raised:
            source.document({}, env)
        (problem,) = raised.value.diagnostics
        assert problem.message == "the key `path` is set twice"
