"""Variables of the environment that are secrets: what stands for them in a spec's data."""

from __future__ import annotations

import pytest
from support import load_text, problems, rendered, rules

from gtmgen.secret_names import fill_in, hide_secrets, hide_written, is_secret_name

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-TEST}
gtm:
  variables:
    v: {name: V, type: c, parameters: {value: "VALUE"}}
"""
ENVIRON = {"API_KEY": "top-secret-1", "STREAM": "s-1", "EMPTY_TOKEN": ""}


PUBLIC = SPEC.replace("GTM-TEST", "GTM-TEST, public_secrets: [API_KEY, STREAM, NO_TOKEN]")


def value_of(text: str) -> str:
    loaded = load_text(PUBLIC.replace("VALUE", text), ENVIRON)
    return str(loaded.document.data["gtm"]["variables"]["v"]["parameters"]["value"])


@pytest.mark.parametrize(
    "name",
    [
        "TIKTOK_ACCESS_TOKEN",
        "api_key",
        "DB_PASSWORD",
        "CLIENT_SECRET",
        "KEY",
        "GCP_CREDENTIALS",
        "ACCESSTOKEN",
        "DBPASSWORD",
        "PGPWD",
        "SIGNING_KEYS",
        "TOKEN2",
        "apiKey",
        "PrivateKey",
        "DB_PASS",
        "PGPASS",
        "CRM_CREDS",
        "JWT",
    ],
)
def test_names_that_say_so(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("TIKTOK_PIXEL_ID", "KEYWORD", "MONKEY", "TOKENIZER", "STREAM", "SECRETARY"),
        *("COMPASS", "BYPASS_CACHE", "SACRED"),
        *("PWD", "OLDPWD"),  # folders that every shell exports
    ],
)
def test_names_that_say_nothing(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${API_KEY}", "${secret:API_KEY}"),
        ("a ${API_KEY} b", "a ${secret:API_KEY} b"),
        ("${secret:STREAM}", "${secret:STREAM}"),
        ("${public:API_KEY}", "top-secret-1"),
        ("${API_KEY:-none}", "${secret:API_KEY}"),
        ("${EMPTY_TOKEN:-none}", "none"),
        ("${NO_TOKEN:-none}", "none"),
        ("${NO_TOKEN}", "${secret:NO_TOKEN}"),
        ("${STREAM}", "s-1"),
        ("$${API_KEY}", "${API_KEY}"),
        ("$${secret:API_KEY}", "${secret:API_KEY}"),
    ],
)
def test_what_the_data_holds(written: str, read: str) -> None:
    assert value_of(written) == read


def test_text_that_only_looks_like_a_stand_in_is_no_secret() -> None:
    """`$${secret:HOME}` is text: a push fills in what the spec has as a secret, nothing else."""
    loaded = load_text(SPEC.replace("VALUE", "$${secret:HOME}"), ENVIRON)
    assert loaded.document.secrets == {}


def test_a_secret_has_its_places() -> None:
    loaded = load_text(PUBLIC.replace("VALUE", "${API_KEY}"), ENVIRON)
    assert loaded.document.secrets == {
        "API_KEY": [("gtm", "variables", "v", "parameters", "value")]
    }


def test_a_secret_cannot_stand_where_its_value_is_needed() -> None:
    (problem,) = problems(SPEC.replace("GTM-TEST", "'${GTM_KEY}'").replace("VALUE", "x"))
    assert (problem.rule, problem.message, problem.hint) == (
        "secret-place",
        "the secret `GTM_KEY` cannot stand here: its value is known only in the request to GTM",
        "if it is not a secret, write `${public:GTM_KEY}`",
    )


def test_a_secret_of_the_server_s_stands_under_its_accounts() -> None:
    server = "server: {gtm: '${GTM_KEY}', url: 'https://sgtm.shop.example', accounts: {}}\n"
    found = [
        (one.rule, one.message, one.hint)
        for one in problems(SPEC.replace("VALUE", "x") + server)
        if one.rule == "secret-place"
    ]
    message = (
        "the secret `GTM_KEY` cannot stand here: its value is known only in the request to GTM"
    )
    hint = "what the server container needs to send stands under `server.accounts`"
    assert found == [("secret-place", message, hint)]


def test_a_permission_for_a_secret_that_is_not_there() -> None:
    text = SPEC.replace("GTM-TEST", "GTM-TEST, public_secrets: [API_KEY, STREAMS, OTHER_KYE]")
    found = problems(text.replace("VALUE", "${OTHER_KEY} ${API_KEY:-none}"))
    assert [
        (one.rule, one.severity, one.message, one.hint)
        for one in found
        if one.rule == "unused-secret"
    ] == [
        ("unused-secret", "warning", f"no part of the container reads the secret `{name}`", hint)
        for name, hint in (
            ("STREAMS", "remove it"),
            ("OTHER_KYE", "did you mean `OTHER_KEY`?"),
        )
    ]


def test_a_secret_in_a_public_container_needs_a_word() -> None:
    (problem,) = problems(SPEC.replace("VALUE", "${OTHER_TOKEN}"))
    assert (problem.rule, problem.severity.value) == ("secret-in-public", "error")
    assert problem.message == (
        "a push would show the secret `OTHER_TOKEN` to everyone: the container is a public file"
    )
    assert problem.hint == (
        "send it from a server container (`server`); if it is not a secret, write "
        "`${public:OTHER_TOKEN}`; to publish it anyway, "
        "`container: {public_secrets: [OTHER_TOKEN]}`"
    )


@pytest.mark.parametrize("context", ["amp", "ios", "android", "web"])
def test_what_apps_and_pages_load_is_public(context: str) -> None:
    text = SPEC.replace("{gtm: GTM-TEST", f"{{context: {context}, gtm: GTM-TEST")
    assert "secret-in-public" in rules(text.replace("VALUE", "${OTHER_TOKEN}"))


def test_a_server_container_may_hold_secrets() -> None:
    text = SPEC.replace("{gtm: GTM-TEST", "{context: server, gtm: GTM-TEST")
    assert rules(text.replace("VALUE", "${OTHER_TOKEN}")) == []


def test_a_public_variable_must_be_set() -> None:
    (problem,) = problems(SPEC.replace("VALUE", "${public:OTHER_KEY}"))
    assert (problem.rule, problem.message) == (
        "missing-variable",
        "the environment variable `OTHER_KEY` is not set",
    )


def test_only_known_stand_ins_are_filled_in() -> None:
    assert fill_in("${secret:A}-${secret:B}-${A}", {"A": "${secret:B}"}) == (
        "${secret:B}-${secret:B}-${A}"
    )


def test_a_report_for_others_names_the_variable_in_place_of_its_value() -> None:
    environ = {"A_TOKEN": "abcdefgh", "B_TOKEN": "abcdefgh-longer", "C_TOKEN": "no", "D": "report"}
    assert hide_secrets("no report: abcdefgh-longer, abcdefgh", environ) == (
        "no report: ${secret:B_TOKEN}, ${secret:A_TOKEN}"
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  access_token: abc123 # x", "  access_token: **********"),
        ('{accessToken: "abc123", a: 1}', '{accessToken: "******", a: 1}'),
        ('  "apiKey": "abc123",', '  "apiKey": "******",'),
        ("password: ${DB_PASSWORD}", "password: ${DB_PASSWORD}"),
        ("access_token: {secret: TOKEN}", "access_token: {secret: TOKEN}"),
        ("token_event: login", "token_event: login"),
    ],
)
def test_a_line_of_a_file_is_shown_without_a_credential(line: str, shown: str) -> None:
    assert hide_written(line) == shown


def test_a_problem_shows_no_token_that_somebody_wrote_down() -> None:
    text = SPEC.replace("VALUE", "x").replace(
        "container: {gtm: GTM-TEST}",
        "container: {gtm: GTM-TEST}\nserver:\n  gtm: GTM-SERV\n  url: https://s.example\n"
        "  accounts: {tiktok: {access_token: abcdef0123456789}}\n"
        "consent: {default: site}\n"
        "platforms:\n  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}",
    )
    shown = rendered(text)
    assert "wrong-type" in shown
    assert "abcdef" not in shown
    assert "{access_token: ****************}}" in shown
