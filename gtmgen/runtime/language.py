"""The language checker: refuses what Google's sandbox does not have.

Stricter than the original where its documentation leaves a doubt, and never laxer: code that
passes here has only syntax, names and APIs that exist there.
"""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.runtime.api_names import WEB_APIS
from gtmgen.runtime.problems import TemplateError, TemplateProblem
from gtmgen.runtime.syntax import parse
from gtmgen.runtime.translate import TEMPLATE_NAMES, translate


def check(
    source: str, names: Iterable[str] = TEMPLATE_NAMES, apis: frozenset[str] = WEB_APIS
) -> tuple[TemplateProblem, ...]:
    """Everything in the code that the sandbox would refuse, by place; lines count from 1."""
    return _run(source, names, apis)[1]


def to_javascript(
    source: str, names: Iterable[str] = TEMPLATE_NAMES, apis: frozenset[str] = WEB_APIS
) -> str:
    """The code for the emulation. Raises TemplateError when the checker has anything to say."""
    code, problems = _run(source, names, apis)
    if problems:
        raise TemplateError(problems)
    return code


def to_running_javascript(source: str) -> str:
    """The code of anybody's template, for running: only what cannot be parsed is refused.

    Raises TemplateError with what our parser does not know.
    """
    program, problems = parse(source, tolerant=True)
    if problems:
        raise TemplateError(problems)
    return translate(program, TEMPLATE_NAMES, lenient=True)[0]


def _run(
    source: str, names: Iterable[str], apis: frozenset[str]
) -> tuple[str, tuple[TemplateProblem, ...]]:
    try:
        program, problems = parse(source)
    except TemplateError as error:
        return "", error.problems
    code, more = translate(program, names, apis=apis)
    return code, tuple(sorted({*problems, *more}))
