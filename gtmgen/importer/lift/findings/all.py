"""Every check of a container, in the order of the report."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.importer.lift.findings import code, firing, sent
from gtmgen.importer.lift.model import Finding, Source
from gtmgen.importer.lift.recognise import Uses


def all_findings(source: Source, uses: Uses) -> Iterator[Finding]:
    """What looks wrong, and what could be done."""
    what_is_sent = sent.Sent(source, uses)
    yield from firing.tags_that_never_fire(source)
    yield from firing.missing_variables(source)
    yield from sent.page_views(what_is_sent)
    yield from sent.names(what_is_sent)
    yield from sent.ids(what_is_sent)
    yield from code.retired(source)
    yield from code.written_pages(source)
    yield from code.written_out_addresses(source)
    yield from code.secrets(source)
    yield from sent.in_the_spec(what_is_sent)
    yield from firing.same_twice(source)
    yield from firing.unused(source)
