"""E-mail addresses and phone numbers in parameters of events and in addresses of images."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gtmgen.container.entities import Kind, Variable
from gtmgen.container.values import REFERENCE
from gtmgen.lint.html import text_of
from gtmgen.lint.uses import EVENT
from gtmgen.lint.view import ContainerView, Finding

# The last part of a path, without signs and case; "newsletter_email_shown" is none of these.
_PERSONAL = {
    "email": "an e-mail address",
    "emailaddress": "an e-mail address",
    "useremail": "an e-mail address",
    "customeremail": "an e-mail address",
    "phone": "a phone number",
    "phonenumber": "a phone number",
    "userphone": "a phone number",
    "customerphone": "a phone number",
}
_SIGNS = re.compile(r"[^a-z]")


def check(view: ContainerView) -> Iterator[Finding]:
    """What the names of data layer keys say to be personal, where it goes to an event."""
    personal = _list_personal(view)
    if not personal:
        return
    for tag, uses in view.sent.tags:
        reported: dict[tuple[str, str, str], None] = {}
        for use in uses:
            for parameter, value in use.params.items() if use.what == EVENT else ():
                for name in REFERENCE.findall(value or ""):
                    if name in personal:
                        reported[(use.platform.pack.title, parameter, name)] = None
        for title, parameter, name in reported:
            text = (
                f"It sends {title} `{{{{{name}}}}}` as the parameter `{parameter}` of an event, "
                f"which is not made for {personal[name]}."
            )
            yield Finding(Kind.TAG, tag.name, text)
    yield from _check_images(view, personal)


def _check_images(view: ContainerView, personal: Mapping[str, str]) -> Iterator[Finding]:
    for tag in view.tags():
        names = REFERENCE.findall(text_of(tag, "url")) if tag.type == "img" else ()
        for name in dict.fromkeys(names):
            if name in personal and not tag.paused:
                text = (
                    f"It writes `{{{{{name}}}}}`, {personal[name]}, into the address of an image, "
                    "where it stays in the logs of servers."
                )
                yield Finding(Kind.TAG, tag.name, text)


def _list_personal(view: ContainerView) -> dict[str, str]:
    """Variables that read a key of the data layer which is called after personal data."""
    kinds = {}
    for variable in view.of_kind(Kind.VARIABLE):
        if isinstance(variable, Variable) and variable.type == "v":
            data_kind = personal_data_in(text_of(variable, "name"))
            if data_kind is not None:
                kinds[variable.name] = data_kind
    return kinds


def personal_data_in(path: str) -> str | None:
    """What the last part of a path in the data layer is called after, where that is personal."""
    return _PERSONAL.get(_SIGNS.sub("", path.rpartition(".")[2].lower()))
