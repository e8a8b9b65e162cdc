"""No form that a credential has on its way is shown, and what is none stays."""

from __future__ import annotations

import json
import time

import pytest

from gtmgen.api.redaction import redact

SECRET = "S3cr3tMARK9x"

HEADERS = [
    "Authorization=Bearer%20{}",
    "Authorization: Token {}",
    'Authorization: "Bearer {}"',
    'Authorization: Digest username="a", response="{}"',
    "Authorization: AWS4-HMAC-SHA256 Credential=AK/2, SignedHeaders=host, Signature={}",
    "AUTHORIZATION :\tBasic\t{}",
    "Authorization%3A%20Bearer%20{}",
    r"Authorization\u003a Bearer {}",
    "(b'Authorization', b'Bearer {}')",
    "['X-Api-Key', '{}']",
    "Proxy-Authorization: Basic {}",
    "X-Auth-Token: {}",
    "X-Amz-Security-Token: {}",
    "Private-Token: {}",
    "Api-Key: {}",
    "bearer: {}",
    "Set-Cookie2: a={}",
    "cookie=sid%3D{}",
    "Cookie: a=1; b={}",
]
TEXTS = [
    "password: {}",
    "{{password: {}}}",
    "{{password: '{}'}}",
    "Credentials(user='a', token='{}', scopes=[])",
    'accessToken = "two words {}";',
    "client_secret: {}, and more",
    "api key: {}",
    "DB_PASSWORD={}",
    "TIKTOK_ACCESS_TOKEN={}",
    "pwd={}",
    "--token {}",
    "--password={}",
    'name="password"\r\n\r\n{}',
    "username=a&password={}&b=1",
    "grant_type=refresh_token&refresh_token={}",
    "aws_secret_access_key = {}",
    "access_token => {}",
    'password => "{}"',
    "DB_PASS={}",
    "next=https%3A%2F%2Fuser%3A{}%40host%2Fx",
    "next=https%253A%252F%252Fuser%253A{}%2540host",
    "<access_token>{}</access_token>",
    "Invalid token '{}'",
    "the token {} is not valid",
    "client-secret\t{}",
    'API key "{}" is not valid',
    "{{'token': b'{}'}}",
    '"access_token":{{"value":"{}"}}',
    r'"password"\u003a"{}"',
    r"password\u003d{}",
    "token%253D{}",
]
ADDRESSES = [
    "postgres://u:{}@h:1/d",
    "https://u:p@ss{}@h/",
    "//u:{}@h",
    "https://u%3A{}@h",
    "https://h/?sig={}",
    "https://h/?X-Amz-Signature={}&a=1",
    "https://h/#access_token={}",
    "https%3A%2F%2Fh%2F%3Faccess_token%3D{}%26a",
]
KEYS = [
    r"-----BEGIN PRIVATE KEY-----\nMII{}\n-----END PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\nMII{}",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n{}",
    "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.{}",
    "ghp_{}abcdefgh",
    "glpat-{}",
    "xoxb-1-{}",
    "sk_live_{}",
]
COMMANDS = [
    "curl -u user:{} https://h",
    "curl -sSu user:{} https://h",
    "curl -uuser:{} https://h",
    "curl -u 'user:{}' https://h",
    'curl -u "user:two words {}" https://h',
    r"curl -u \"user:{}\" https://h",
    "curl --user user:{} https://h",
    "curl --user=user:{} https://h",
    "curl -U user:{} --proxy http://h",
    "curl --proxy-user user:{} https://h",
    "sshpass -p {} ssh h",
    "docker login -u me -p {} h",
    "machine h login me password {}",
    "//registry.npmjs.org/:_auth={}",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=h",
]
LONG = "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2Yz3Ab4Cd5Ef6Gh7Ij8Kl9Mn0Op1Qr2St3"
HEX = "0123456789abcdef0123456789abcdef"
TOKENS = [
    f"https://hooks.slack.com/services/T00000000/B00000000/{LONG}",
    f"https://hooks.slack.com/workflows/T0/A0/123/{LONG}",
    f"https://discord.com/api/webhooks/123456789012345678/{LONG}",
    f"https://discordapp.com/api/webhooks/1/{LONG}",
    f"https://acme.webhook.office.com/webhookb2/a-b@c-d/IncomingWebhook/{LONG}/e-f",
    f"https://hooks.zapier.com/hooks/catch/123456/{LONG}/",
    f"https://maker.ifttt.com/trigger/order/with/key/{LONG}",
    f"https://api.telegram.org/bot123456:{LONG}/sendMessage",
    f"npm_{LONG[:36]}",
    f"pypi-{LONG}",
    f"rubygems_{HEX}",
    f"dckr_pat_{LONG}",
    f"github_pat_{LONG[:22]}_{LONG[:59]}",
    f"gldt-{LONG}",
    f"glrt-{LONG}",
    f"xapp-1-A012-345-{LONG}",
    f"ASIA{LONG[:16].upper()}",
    f"whsec_{LONG}",
    f"hf_{''.join(filter(str.isalpha, LONG))}",
    f"dop_v1_{HEX}{HEX}",
    f"shpat_{HEX}",
    f"key-{HEX}",
    f"{HEX}-us12",
    f"SK{HEX}",
    f"hvs.{LONG}",
    f"ATATT3{LONG}",
    f"EAAG{LONG}",
    f"AAAAabcdefg:APA91b{LONG}",
]
FIELDS = [
    "accessToken",
    "secretAccessKey",
    "clientSecret",
    "private_key_id",
    "passphrase",
    "credential",
    "Authorization",
]


@pytest.mark.parametrize("form", [*HEADERS, *TEXTS, *ADDRESSES, *KEYS])
def test_a_form(form: str) -> None:
    shown = redact(f"before {form.format(SECRET)} after")
    assert SECRET not in shown
    assert shown.startswith("before ")


@pytest.mark.parametrize("form", COMMANDS)
def test_a_command_line(form: str) -> None:
    shown = redact(f"before {form.format(SECRET)} after")
    assert SECRET not in shown
    assert shown.startswith("before ")


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_that_gives_itself_away(token: str) -> None:
    shown = redact(f"before {token} after")
    assert LONG[:16].lower() not in shown.lower()
    assert HEX not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_json_inside_of_json(name: str, levels: int) -> None:
    shown = text = {name: f'a"b{SECRET}', "kept": "yes"}
    for _ in range(levels):
        text = json.dumps(text)  # type: ignore[assignment]
    shown = redact(str(text))
    assert SECRET not in shown
    assert "yes" in shown


def test_json_of_other_shapes() -> None:
    headers = [{"name": "Authorization", "value": f"x {SECRET}"}]
    for value in ({"tokens": [SECRET]}, {"token": int("12345678901")}, {"headers": headers}):
        shown = redact(json.dumps(value))
        assert SECRET not in shown
        assert "12345678901" not in shown


def test_json_that_was_cut_off() -> None:
    assert redact(f'{{"token": "{SECRET}, and the rest') == "{[redacted]"


@pytest.mark.parametrize(
    "text",
    [
        "vendorTemplate.parameter.apiToken: The value must not be empty.",
        "vendorTemplate.key: Unknown entity type (template public ID: cvt_1_2)",
        "filter[0].parameter[0]: Parameter key is unknown",
        "Invalid value at 'tag.token' (TYPE_STRING), 5",
        "Unexpected token } in JSON",
        "Token has been expired or revoked.",
        "the parameter `access_token` has no value; write token = NAME",
        "Invalid token '}' in JSON",
        'the key "access_token" is twice',
        "the variable of the secret TIKTOK_ACCESS_TOKEN_2026 is empty",
        "tokens version 2 and password rules of 2026",
        "`password=` is missing",
        "triggers.create `Basic setup` failed with 400",
        "secret: The value is invalid.",
        "status_code=200, keys=3",
        "bypass=1, compass: 4",
        "https%3A%2F%2Fshop.example%2Fa%3Ab",
        "bad value ${secret:TIKTOK_ACCESS_TOKEN1}",
        "write `{secret: TIKTOK_ACCESS_TOKEN}`",
        "https://unpkg.com/tool@1.2.3/x.js",
        "https://hooks.slack.com/services",
        "the package npm_config and pypi-server",
        "the trigger login password-reset",
        "tag menu-item: value:1 - u:v",
    ],
)
def test_what_is_no_credential(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "-",
        "a-",
        "\\",
        '"',
        r"\"",
        "token",
        "name=",
        "://",
        '"token": "',
        "%20",
        "-u ",
        "2F",
        "%2Fa%3A",
        "2Fa%3Ab",
        "_pass",
        "-u'",
        "-u a:",
        "1",
        "login ",
        "docker login ",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()
    redact(piece * 4000)
    assert time.process_time() - started < 1
