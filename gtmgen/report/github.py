"""GitHub's workflow commands: annotations that stand beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.diagnostics import Severity, Span

LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
"""What GitHub calls them."""


def format_annotation(level: str, span: Span, title: str, body: str) -> str:
    """One annotation; ``level`` is error, warning or notice. Everything else is escaped."""
    properties = f"file={_format_property(span.file)},line={span.line},col={span.col}"
    return f"::{level} {properties},title={_format_property(title)}::{_escape_message(body)}"


def _escape_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _format_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")
