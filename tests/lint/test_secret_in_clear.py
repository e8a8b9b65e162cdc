"""Credentials by their shape, wherever a container has them."""

from __future__ import annotations

import pytest
from importer.lifting import ALL_PAGES, html, template, variable, version

from .containers import told

# In pieces: whoever searches the repository for credentials shall find none.
HEX = "0123456789abcdef" * 2
MADE_UP = {
    "an access token of Meta": "EAA" + "Bq7" * 30,
    "a secret key of Stripe": "sk_" + "live_" + "4eC39HqLyjWDarjt",
    "an access token of Shopify": "shpat" + "_" + HEX,
    "an API key of SendGrid": "SG." + "a1B2" * 5 + "." + "c3D4" * 10,
    "an API key of Mailchimp": HEX + "-us" + "12",
    "an access key of AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "a token of GitHub": "ghp" + "_" + "a1" * 18,
    "a token of Slack": "xoxb" + "-123456789012-abcdefghij",
    "a webhook of Slack": "https://hooks.slack" + ".com/services/T0000000/B0000000/" + "x" * 24,
    "a client secret of Google": "GOCSPX" + "-a1B2c3D4e5F6g7H8i9J0",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
}


def text(what):
    return (
        f"It holds what looks like {what}, and every visitor of the site can read the container: "
        "take it out, and send what needs it from a server."
    )


@pytest.mark.parametrize(("what", "value"), MADE_UP.items())
def test_by_its_shape_in_a_constant_and_in_code(what, value):
    found = version(
        variables=(variable("V", "c", template("value", value)),),
        tags=(html("X", f"<script>send('{value}')</script>", ALL_PAGES),),
    )
    assert told(found, "secret-in-clear") == [("X", text(what)), ("V", text(what))]


@pytest.mark.parametrize(
    "code",
    [
        "headers: {'Access-Token': 'a1b2c3d4e5f6a7b8c9d0e1f2'}",
        "post('/x?access_token=a1b2c3d4e5f6a7b8c9d0e1f2&a=b')",
        'var api_secret = "Kx93mPq71LsTz5Wb2YhR0a"',
        "x.setRequestHeader('auth-token', 'a1b2c3d4e5f6a7b8c9d0e1f2')",
    ],
)
def test_by_its_name_in_code(code):
    found = version(tags=(html("X", f"<script>{code}</script>", ALL_PAGES),))
    assert told(found, "secret-in-clear") == [("X", text("a secret"))]


@pytest.mark.parametrize(
    "code",
    [
        "var access_token = getCookie('session_token_of_the_site_2')",
        "access_token: '{{Token from the server, version 2}}'",
        "api_secret=abc",
        "var key = 'AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'",
        "Stripe('pk_live_" + "4eC39HqLyjWDarjtT1zdp7dc')",
        "x = 'EAAS'; y = 'AKIA'; z = 'a-us1'",
        "data-access_token=only_letters_and_underscores",
    ],
)
def test_what_is_none(code):
    found = version(tags=(html("X", f"<script>{code}</script>", ALL_PAGES),))
    assert told(found, "secret-in-clear") == []
