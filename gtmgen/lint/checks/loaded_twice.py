"""The same account, loaded by two tags on every page, whatever they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.google import google_accounts
from gtmgen.lint.pixels import IMAGE, SCRIPT, TEMPLATE, Load, pixel_loads, reports_page
from gtmgen.lint.uses import LOAD, PackFile
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """The same account, loaded by two tags on every page."""
    for platform in view.sent.platforms():
        yield from _check(view, platform)
    yield from _check_google_tags(view)
    yield from _check_other_pixels(view)


def _check_google_tags(view: ContainerView) -> Iterator[Finding]:
    first: dict[str, Tag] = {}
    for tag, id_ in google_accounts(view):
        if view.sent.fires_on_every_page(tag):
            other = first.setdefault(id_, tag)
            if other.name != tag.name:
                text = f"It sets up Google's tag `{id_}` on every page, and so does `{other.name}`."
                yield Finding(Kind.TAG, tag.name, text)


def _check_other_pixels(view: ContainerView) -> Iterator[Finding]:
    first: dict[tuple[str, str], Load] = {}
    for load in pixel_loads(view):
        if not view.sent.fires_on_every_page(load.tag):
            continue
        other = first.setdefault((load.platform, load.account), load)
        if other is not load and _work_against_each_other(load, other):
            verb = "Its image calls" if load.how == IMAGE else "It loads"
            what = f"{_OF[other.how]} `{other.tag.name}`"
            if other.tag.name == load.tag.name:
                what = f"its {other.how}"
            text = (
                f"{verb} the pixel {load.account} of {load.platform} on every page, and so does "
                f"{what}."
            )
            yield Finding(Kind.TAG, load.tag.name, text)


def _work_against_each_other(load: Load, other: Load) -> bool:
    hows = {load.how, other.how}
    if hows == {SCRIPT, IMAGE}:
        # An image reports the page; it is counted twice if the script does so, too.
        return any(one.how == SCRIPT and reports_page(one) for one in (load, other))
    # Templates look whether they have loaded the code before.
    return other.tag.name != load.tag.name and hows != {TEMPLATE}


_OF = {SCRIPT: "the script of", IMAGE: "the image of", TEMPLATE: "the tag"}


def _check(view: ContainerView, platform: PackFile) -> Iterator[Finding]:
    first: dict[str, Tag] = {}
    for tag, use in view.sent.of(platform, LOAD):
        if not view.sent.fires_on_every_page(tag):
            continue
        accounts = [part.strip() for account in use.accounts for part in account.split(",")]
        for account in accounts:
            other = first.setdefault(account, tag)
            # Templates look whether they have loaded the code before; a call in code does not.
            if other.name != tag.name and "html" in (tag.type, other.type):
                text = (
                    f"It loads the {platform.account} {account} of {platform.pack.title} on every "
                    f"page, and so does `{other.name}`."
                )
                yield Finding(Kind.TAG, tag.name, text)
                break
