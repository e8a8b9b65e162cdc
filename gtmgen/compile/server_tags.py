"""The tags of a server container whose own spec says what each event sends.

Beside a web container, ``gtmgen.compile.server`` makes the whole server container of the same
events; here it is a container of its own, imported or written, with its clients and triggers.
"""

from __future__ import annotations

from gtmgen.compile.context import Context
from gtmgen.compile.server_fields import FilledServerFields, server_template
from gtmgen.compile.triggers import Triggers
from gtmgen.container.entities import Tag
from gtmgen.container.kinds.tag_codecs import FIRING_OPTIONS
from gtmgen.spec.model import Event, Send
from gtmgen.spec.server_model import ServerAccount


class ServerTags:
    """Compiles one tag for each event and account."""

    def __init__(self, context: Context, triggers: Triggers) -> None:
        self._context = context
        self._triggers = triggers

    def compile_all(self) -> None:
        """The tags of every event, in the order of their keys."""
        accounts = self._context.spec.server_accounts
        for key in sorted(self._context.spec.events):
            event = self._context.spec.events[key]
            for send in event.send:
                self._tag(event, send, accounts[send.platform])

    def _tag(self, event: Event, send: Send, account: ServerAccount) -> None:
        context = self._context
        platform = context.spec.platforms[send.platform]
        half = platform.pack.server
        assert half is not None  # the schema knows no other accounts
        key = f"{event.key}.{platform.name}"
        fields = FilledServerFields(context, platform, account)
        context.tags[key] = Tag(
            name=send.name
            or context.name("tag", platform=platform.title, event=event.key, title=event.title),
            notes="\n".join(filter(None, (event.title, event.description))),
            protected=event.protected,
            folder=send.folder or context.folder,
            owner=context.owner(f"tag/{key}"),
            origin=send.origin,
            type=server_template(context, platform, account, half),
            parameter=fields.of_event(event, send, half.fields),
            firing=self._triggers.events.compile_event(event, send),
            blocking=(
                *self._triggers.blocking.compile_exceptions(
                    self._triggers.blocking.list_exceptions(
                        event.on, event.narrowing.except_ + platform.narrowing.except_
                    )
                ),
                *self._triggers.blocking.compile_platform(platform),
            ),
            firing_option=FIRING_OPTIONS[send.once],
            consent=(),
            priority=send.priority,
            paused=send.paused,
        )
