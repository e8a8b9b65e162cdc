"""Google's own tags: which accounts a tag sets up."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Tag
from gtmgen.lint.code import quoted_text, tokenised
from gtmgen.lint.html import inline_scripts, text_of
from gtmgen.lint.view import ContainerView

# The Google tag, and GA4's configuration tag, as it was called until 2023.
_ID_OF = {"googtag": "tagId", "gaawc": "measurementId"}


def google_accounts(view: ContainerView) -> Iterator[tuple[Tag, str]]:
    """Tags that are not paused, with each tag ID that they set up.

    An ID is as the container writes it: ``G-ABC1234567`` or ``{{a variable}}``.
    """
    for tag in view.tags():
        if not tag.paused:
            yield from ((tag, id_) for id_ in dict.fromkeys(_ids(tag)) if id_)


def _ids(tag: Tag) -> Iterator[str]:
    key = _ID_OF.get(str(tag.type))
    if key is not None:
        yield text_of(tag, key)
    elif tag.type == "html":
        for code, _ in inline_scripts(text_of(tag, "html")):
            if "gtag" in code:
                yield from _configured(code)


def _configured(code: str) -> Iterator[str]:
    """The IDs in calls of ``gtag('config', ID)``."""
    tokens = tokenised(code)
    for place in range(len(tokens) - 4):
        name, bracket, command, comma, id_ = tokens[place : place + 5]
        is_call = name.text == "gtag" and bracket.text == "(" and comma.text == ","
        if is_call and command.kind == "text" and quoted_text(command.text) == "config":
            if id_.kind == "text":
                yield quoted_text(id_.text)
            elif id_.kind == "reference":
                yield id_.text
