"""The parameters of the tags that a server container has for its events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.compile.context import Context
from gtmgen.container.entities import TemplateRef
from gtmgen.container.values import Parameter, boolean, rows, text
from gtmgen.packs.model import PackField, ServerHalf
from gtmgen.secret_names import stand_in
from gtmgen.spec.effective import event_name, params
from gtmgen.spec.model import Event, ParamSource, Platform, Send
from gtmgen.spec.server_model import Secret, ServerAccount
from gtmgen.spec.texts import to_text


def server_template(
    context: Context, platform: Platform, account: ServerAccount, half: ServerHalf
) -> TemplateRef:
    """The type of an account's tags: the pack's template, whose permissions name the account."""
    is_pack_name = platform.name == platform.pack.name
    return context.template(
        f"{platform.name}.server",
        half.template.name if is_pack_name else f"{half.template.name} {platform.name}",
        str(half.template.path),
        account.origin,
        words={
            placeholder: to_text(platform.setting(setting))
            for placeholder, setting in half.template.words.items()
        },
    )


class ServerFields:
    """The parameters of one account's tags; a setting of its server half goes before the rest."""

    def __init__(self, context: Context, platform: Platform, account: ServerAccount) -> None:
        self._context = context
        self._platform = platform
        self._account = account

    def of_event(
        self, event: Event, send: Send, fields: tuple[PackField, ...]
    ) -> tuple[Parameter, ...]:
        """The fields of the pack, filled for one event."""
        applying = (item for item in fields if self._applies(item))
        parameters = (self._field(event, send, item) for item in applying)
        return tuple(parameter for parameter in parameters if parameter is not None)

    def _applies(self, item: PackField) -> bool:
        return all(
            to_text(self._setting(name)) in map(to_text, values)
            for name, values in item.when.items()
        )

    def _setting(self, name: str) -> Any:
        if name in self._account.settings:
            return self._account.settings[name]
        return self._platform.setting(name)

    def _field(self, event: Event, send: Send, item: PackField) -> Parameter | None:
        context = self._context
        match item.source:
            case "event":
                name = event_name(event, send, self._platform) or event.key
                return text(item.key, context.literal(name))
            case "consent":
                types = self._platform.consent if send.consent is None else send.consent
                return text(item.key, ",".join(types)) if types else None
            case "table":
                return self._table(event, send, item)
            case "param":
                return self._param(event, send, item)
            case "setting_is":
                holds = all(
                    to_text(self._setting(name)) == to_text(value)
                    for name, value in item.argument.items()
                )
                return boolean(item.key, holds)
        value = item.argument if item.source == "const" else self._setting(item.argument)
        if isinstance(value, Secret):
            return text(item.key, self._secret(item.argument, value))
        return None if value is None else context.parameter(item.key, value)

    def _secret(self, setting: str, secret: Secret) -> str:
        """A constant of its own, so that the secret stands in one place of the container."""
        context = self._context
        title = f"{self._platform.name} {setting}"
        return context.add_variable(
            f"secret/{self._platform.name}.{setting}",
            context.name("variable", form="secret", key=title),
            "c",
            (text("value", stand_in(secret.name)),),
            notes=f"A push takes it from the environment variable {secret.name}.",
            origin=self._account.origin,
        )

    def _param(self, event: Event, send: Send, item: PackField) -> Parameter | None:
        """None: the tag finds it in the event data, as the web container has sent it."""
        del event, send, item
        return None

    def _table(self, event: Event, send: Send, item: PackField) -> Parameter | None:
        """The platform's name of each parameter, the event data that holds it, and its type."""
        columns = tuple(item.options["columns"])
        cells = [
            (to, self._cell(canonical, source), type_)
            for canonical, source, to, type_ in self._params(event, send, item)
        ]
        return rows(item.key, columns, sorted(cells)) if cells else None

    def _cell(self, canonical: str, source: ParamSource) -> str:
        del source
        return canonical

    def _params(
        self, event: Event, send: Send, item: PackField
    ) -> Iterator[tuple[str, ParamSource, str, str]]:
        pack = self._platform.pack
        skip = item.options.get("except", ())
        sent = params(event, send, self._platform, self._context.spec.site)
        for canonical, source in sent.items():
            pack_param = pack.params.get(canonical)
            if canonical not in skip and pack_param is not None:
                yield canonical, source, pack_param.to, pack_param.type


class FilledServerFields(ServerFields):
    """The same in the spec of a server container itself, whose data keys fill the parameters.

    Where a table names the event data's ``key`` beside the web container, it has the ``value``.
    """

    def _param(self, event: Event, send: Send, item: PackField) -> Parameter | None:
        sent = params(event, send, self._platform, self._context.spec.site)
        source = sent.get(item.argument)
        return text(item.key, "" if source is None else self._context.source(source))

    def _table(self, event: Event, send: Send, item: PackField) -> Parameter | None:
        columns = ["value" if name == "key" else name for name in item.options["columns"]]
        return super()._table(
            event, send, item._replace(options={**item.options, "columns": columns})
        )

    def _cell(self, canonical: str, source: ParamSource) -> str:
        del canonical
        return self._context.source(source)
