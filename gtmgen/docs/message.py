"""The message of a contract for developers: with notes in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.contract.model import Message
from gtmgen.docs.event_model import DeveloperMessage
from gtmgen.docs.words import Words


def document_message(message: Message, words: Words, event_id_key: str) -> DeveloperMessage:
    """``event_id_key`` is the site's key of an ID that stands in the message."""
    return DeveloperMessage(
        names=message.names,
        messages=message.pushes,
        schema=message.schema,
        notes=tuple(_list_notes(message, words, event_id_key)),
    )


def _list_notes(message: Message, words: Words, event_id_key: str) -> Iterator[str]:
    for pattern in message.patterns:
        yield words("message.pattern", pattern=pattern)
    for top in message.cleared:
        yield words("message.clear", top=top)
    if message.item_ids:
        yield words(
            "message.item_ids", names=words.join_and(f"`{name}`" for name in message.item_ids)
        )
    if message.takes_event_id:
        yield words("message.event_id", key=event_id_key)
    for path in message.personal:
        yield words("message.pii", path=path)
