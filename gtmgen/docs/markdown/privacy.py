"""Which personal data goes where, in Markdown."""

from __future__ import annotations

from gtmgen.docs.markdown.page import MarkdownPage, join_links
from gtmgen.docs.markdown.reference import list_event_titles
from gtmgen.docs.markdown.text import code, link, sentence, text
from gtmgen.docs.model import Documentation

_COLUMNS = ("label.data_key", "label.platform", "privacy.sent_as", "privacy.form", "label.consent")


def write_privacy(page: MarkdownPage, documentation: Documentation) -> None:
    """A table with a line for each data key and platform."""
    words, places = page.words, page.places
    titles = list_event_titles(documentation)
    privacy = documentation.privacy
    # What tags of others tell of the visitor is not examined.
    nothing = "privacy.unmarked" if privacy.has_raw_tags else "privacy.nothing"
    page.add(sentence(words("privacy.lead" if privacy.rows else nothing)))
    page.table(
        [words(name) for name in (*_COLUMNS, "label.events")],
        (
            [
                link(code(row.data), places.data(row.data)),
                link(text(row.receiver), places.platform(row.platform))
                if row.platform
                else code(row.receiver),
                code(row.sent_as),
                sentence(row.form),
                sentence(row.consent_text),
                join_links(row.events, titles, places.event) or text(words("privacy.every_event")),
            ]
            for row in privacy.rows
        ),
    )
    page.items(
        filter(None, [page.fact("privacy.unsent", join_links(privacy.unsent, {}, places.data))])
    )
    page.add(sentence(words("privacy.not_listed")))
    if privacy.has_raw_tags:
        page.add(sentence(words("privacy.raw_tags")))
