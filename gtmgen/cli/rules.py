"""``gtmgen rules``."""

from __future__ import annotations

from typing import Annotated

import typer

from gtmgen.cli.options import one_of
from gtmgen.cli.output import data
from gtmgen.report.rules_report import (
    render_rule_text,
    render_rules_json,
    render_rules_markdown,
    render_rules_text,
)
from gtmgen.rules.registry import all_rules, find_rule


def rules(
    rule: Annotated[
        str | None, typer.Argument(help="The rule to explain.", show_default=False)
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
) -> int:
    """List the rules of `validate` and `lint`, or explain one.

    Example: gtmgen rules unknown-data
    """
    one_of("--format", format_, "text", "json", "markdown")
    chosen = all_rules() if rule is None else {rule: find_rule(rule)}
    if format_ == "json":
        data(render_rules_json(chosen.values()))
    elif format_ == "markdown":
        data(render_rules_markdown(chosen))
    elif rule is None:
        data(render_rules_text(chosen))
    else:
        data(render_rule_text(chosen[rule]))
    return 0
