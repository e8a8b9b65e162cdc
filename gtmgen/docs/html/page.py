"""One HTML file that holds everything and asks nobody for anything.

The shell comes from Jinja templates, which a user's folder may override; what the spec says is
drawn in the browser from the data inside, as text and never as markup. The policy in the page
allows the page's own scripts and styles by their hashes, and no request.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from gtmgen.docs.changes.model import Changes
from gtmgen.docs.changes.render import page_data as changes_data
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.html.embed import embed_json
from gtmgen.docs.html.own_templates import FolderLoader, render_bounded
from gtmgen.docs.html.page_data import build_page_data
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import Words
from gtmgen.errors import GtmgenError
from gtmgen.packs.load import templates_directory
from gtmgen.text import printable

FILE = "index.html"
SCRIPTS = ("dom.js", "picture.js", "search.js", "event.js", "views.js", "main.js")
POLICY = "GTMGEN-POLICY"
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


def render(
    documentation: Documentation,
    words: Words,
    branding: Branding,
    changes: Changes | None = None,
) -> bytes:
    """The page; the same documentation gives the same bytes."""
    environment = _build_environment(branding)
    own_folder = branding.templates
    data = build_page_data(documentation, words)
    if changes is not None:
        data["changes"] = changes_data(changes, words)
    values: dict[str, object] = {
        "documentation": documentation,
        "words": words,
        "branding": replace(branding, templates=None),  # a path could open any file
        "data": Markup(embed_json(data)),  # noqa: S704  (escaped there)
        "policy": POLICY,
    }
    try:
        values["style"] = Markup(_read_source(environment, "style.css"))  # noqa: S704
        values["script"] = Markup("\n".join(_read_source(environment, name) for name in SCRIPTS))  # noqa: S704
        if own_folder is None:
            page = environment.get_template(FILE).render(values)
        else:
            page = render_bounded(
                lambda: environment.get_template(FILE).generate(values),
                own_folder,
                lambda error: _explain_error(error, own_folder),
            )
    except (jinja2.TemplateError, OSError, UnicodeError, RecursionError) as error:
        if own_folder is None:
            raise
        raise _explain_error(error, own_folder) from None
    return with_policy(page).encode("utf-8", "replace")


def with_policy(page: str) -> str:
    """The page with its policy in the place of :data:`POLICY`."""
    return page.replace(POLICY, make_policy(page), 1)


def make_policy(page: str) -> str:
    """A Content-Security-Policy for the page's own scripts and styles, and nothing else."""
    hashes: dict[str, dict[str, None]] = {"script": {}, "style": {}}
    for kind, content in _INLINE.findall(page):
        digest = hashlib.sha256(content.encode("utf-8", "replace")).digest()
        hashes[kind][f"'sha256-{base64.b64encode(digest).decode('ascii')}'"] = None
    parts = ["default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"]
    parts.extend(f"{kind}-src {' '.join(sources)}" for kind, sources in hashes.items() if sources)
    return "; ".join(parts)


def _build_environment(branding: Branding) -> jinja2.Environment:
    folders = [templates_directory() / "docs/html"]
    loaders: list[jinja2.BaseLoader] = [jinja2.FileSystemLoader(folders[0])]
    if branding.templates is not None:
        loaders.insert(0, FolderLoader(branding.templates))
    # `ours/` reaches the shipped templates even where a user's have the same name.
    loaders.append(jinja2.PrefixLoader({"ours": jinja2.FileSystemLoader(folders[0])}))
    return ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read_source(environment: jinja2.Environment, name: str) -> str:
    """A script or style as it stands: braces in it are no template's."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _explain_error(error: Exception, templates: Path) -> GtmgenError:
    # In one line: what a template says may not pass for a line of gtmgen's own.
    return GtmgenError(printable(_describe_error(error, templates)))


def _describe_error(error: Exception, templates: Path) -> str:
    if isinstance(error, jinja2.TemplateError):
        return _explain_template_error(error)
    if isinstance(error, OSError | UnicodeError):
        return f"a template in `{templates}` cannot be read: {error}"
    reason = str(error) or "nothing more is known"
    return f"a template in `{templates}` is wrong: {type(error).__name__}: {reason}"


def _explain_template_error(error: jinja2.TemplateError) -> str:
    if isinstance(error, jinja2.TemplateNotFound):
        return f"the template `{error.name}` does not exist"
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"the template `{error.name}` is wrong in line {error.lineno}: {error.message}"
    return f"a template is wrong: {error.message}"
