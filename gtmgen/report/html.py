"""A report as one HTML page that runs no script and asks nobody for anything.

Whatever files, logs and specs say is shown as text: the templates escape all of it, and the page's
policy allows its own styles alone.
"""

from __future__ import annotations

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from gtmgen.docs.html.page import POLICY, with_policy
from gtmgen.packs.load import templates_directory
from gtmgen.text import printable


def render_page(template: str, **values: object) -> str:
    """The page of a template, ``FOLDER/FILE``; the same values give the same text."""
    root = templates_directory()
    folder, _, name = template.rpartition("/")
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([root / folder, root / "docs/html"]),
        autoescape=True,
        finalize=_make_visible,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return with_policy(environment.get_template(name).render(policy=POLICY, **values))


def read_styles(*files: str) -> Markup:
    """Style sheets of ours, by their paths below the templates."""
    folder = templates_directory()
    texts = [(folder / file).read_text(encoding="utf-8") for file in files]
    return Markup("\n".join(texts))  # noqa: S704  (files of ours)


def mark_code(text: str) -> Markup:
    """A sentence whose parts in backticks are code."""
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:  # a backtick that a name holds
        return escape(printable(text))
    code = Markup("<code>{}</code>")
    return Markup("").join(
        code.format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _make_visible(value: object) -> object:
    """Control characters as text; what is markup of ours stays it."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
