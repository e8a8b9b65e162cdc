"""The server container: what takes the hits, and a tag for each event that a platform receives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gtmgen.compile.carriers import carrier_of, server_half
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.server_fields import ServerFields, server_template
from gtmgen.container.builtins import built_in_name
from gtmgen.container.entities import BuiltIn, Client, Container, Folder, Tag, Trigger
from gtmgen.container.values import Parameter, condition, reference
from gtmgen.packs.model import ServerEntity, ServerHalf
from gtmgen.spec.hit_names import CARRIER_PREFIX, carrier_name
from gtmgen.spec.model import Event, Platform, Send, Spec
from gtmgen.spec.server_model import ServerAccount

_BUILT_INS = ("client_name", "event_name")


class ServerContainer:
    """Compiles the server container of a spec that has one."""

    def __init__(self, spec: Spec, read_template: Callable[[str], str]) -> None:
        assert spec.server is not None
        self._spec = spec
        self._settings = spec.server
        self._context = Context(spec, read_template)
        self._context.folder = spec.server.folder
        self._carrying, self._carrier = carrier_of(spec)
        client = reference(built_in_name("client_name"))
        self._is_hit = condition("EQUALS", client, self._carrier.client.name)

    def compile(self) -> Container:
        """The whole container."""
        self._forward()
        for name in sorted(self._settings.accounts):
            self._account(self._spec.platforms[name], self._settings.accounts[name])
        context = self._context
        return Container(
            project=self._spec.project,
            gtm=self._settings.gtm,
            context="SERVER",
            folders=self._folders(),
            templates=tuple(context.templates[key] for key in sorted(context.templates)),
            built_ins=tuple(BuiltIn(key, built_in_name(key)) for key in _BUILT_INS),
            variables=tuple(context.variables[key] for key in sorted(context.variables)),
            triggers=tuple(context.triggers[key] for key in sorted(context.triggers)),
            clients=(self._client(),),
            tags=tuple(context.tags[key] for key in sorted(context.tags)),
        )

    def _folders(self) -> tuple[Folder, ...]:
        name = self._settings.folder
        if name is None:
            return ()
        owner = self._context.owner("folder/main")
        return (Folder(name=name, owner=owner, origin=self._settings.origin),)

    def _parameters(self, entity: ServerEntity) -> tuple[Parameter, ...]:
        parameter = self._context.parameter
        return tuple(parameter(key, value) for key, value in entity.parameters.items())

    def _client(self) -> Client:
        """What takes the hits of the web container."""
        client = self._carrier.client
        return Client(
            name=client.name,
            folder=self._context.folder,
            owner=self._context.owner(f"client/{self._carrying.pack.name}"),
            origin=self._settings.origin,
            type=client.type,
            priority=client.priority,
            parameter=self._parameters(client),
        )

    def _forward(self) -> None:
        """The platform's own hits go on to it, to the account that they name; carriers do not."""
        context, forward = self._context, self._carrier.forward
        pack = self._carrying.pack
        key = f"{pack.name}.forward"
        event = reference(built_in_name("event_name"))
        trigger = self._trigger(
            key,
            "server",
            f"{pack.title} hits",
            "ALWAYS",
            filter=(
                self._is_hit,
                condition("STARTS_WITH", event, CARRIER_PREFIX, negate=True),
            ),
        )
        context.tags[key] = Tag(
            name=context.name("tag", platform=pack.title, event="hits", title="hits"),
            folder=context.folder,
            owner=context.owner(f"tag/{key}"),
            origin=self._settings.origin,
            type=forward.type,
            parameter=self._parameters(forward),
            firing=(trigger,),
            consent=(),
        )

    def _trigger(self, key: str, form: str, title: str, type_: str, **filters: Any) -> str:
        context = self._context
        name = context.name("trigger", form=form, key=title)
        context.triggers[key] = Trigger(
            name=name,
            folder=context.folder,
            owner=context.owner(f"trigger/{key}"),
            origin=self._settings.origin,
            type=type_,
            **filters,
        )
        return name

    def _account(self, platform: Platform, account: ServerAccount) -> None:
        half = server_half(platform)
        for key in sorted(self._spec.events):
            event = self._spec.events[key]
            for send in event.send:
                if send.platform == platform.name:
                    self._event(event, send, platform, account, half)

    def _event(
        self,
        event: Event,
        send: Send,
        platform: Platform,
        account: ServerAccount,
        half: ServerHalf,
    ) -> None:
        context = self._context
        key = f"{event.key}.{account_part(platform.name)}"
        carrier = carrier_name(event.key, platform)
        trigger = self._trigger(
            key,
            "event",
            carrier,
            "CUSTOM_EVENT",
            custom_event_filter=(condition("EQUALS", "{{_event}}", carrier),),
            filter=(self._is_hit,),
        )
        fields = ServerFields(context, platform, account)
        context.tags[key] = Tag(
            name=send.name
            or context.name("tag", platform=platform.title, event=event.key, title=event.title),
            notes="\n".join(filter(None, (event.title, event.description))),
            protected=event.protected,
            folder=context.folder,
            owner=context.owner(f"tag/{key}"),
            origin=send.origin,
            type=server_template(context, platform, account, half),
            parameter=fields.of_event(event, send, half.fields),
            firing=(trigger,),
            consent=(),
            priority=send.priority,
            paused=send.paused,
        )
