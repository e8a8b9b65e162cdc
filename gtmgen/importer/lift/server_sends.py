"""TikTok's and others' tags of a server container, in the words of the spec of that container.

Such a tag takes most of what it sends from the event data by itself, often the event's name, too:
then its triggers say which events it sends, and each becomes an event of the spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.importer.lift.accounts import Accounts
from gtmgen.importer.lift.model import LiftedContainer, SendProposal
from gtmgen.importer.lift.send_values import FilledParams, find_variable, lift_params
from gtmgen.importer.lift.tag_settings import ONCE, list_lost_settings
from gtmgen.importer.lift.told_cases import list_read_values
from gtmgen.importer.names import make_key
from gtmgen.lint.constants import constant_of
from gtmgen.lint.html import text_of
from gtmgen.lint.uses import ServerUse, Use
from gtmgen.packs.model import Pack
from gtmgen.secret_names import is_stand_in, names_in
from gtmgen.spec.lifting import NotLiftedError

Json = dict[str, Any]
_EVENT_ID = "event_id"
"""The key of the event data in which every template of these looks for the event's ID."""


def propose_server_send(source: LiftedContainer, tag: Tag, use: Use) -> SendProposal:
    """What the spec of the server container says in place of the tag.

    Raises :class:`NotLiftedError` where what the tag sends is not known, or has no words.
    """
    pack, server = use.platform.pack, use.server
    if pack.server is None or server is None:
        raise NotLiftedError(f"gtmgen has no tag for {pack.title} in a server container")
    if tag.firing_option not in ONCE:
        raise NotLiftedError(f"the language has no word for `{tag.firing_option}`")
    if use.more:
        raise NotLiftedError(f"the language has no word for its `{use.more[0]}`")
    _check_event_id(source, use)
    # GTM has no consent gate in a server container: the template has one, or none.
    consent = list(server.consent) or "not_required"
    declared = Accounts(source, use.platform).declare(tag, use, views=False)
    platforms = {key: {**account, "consent": consent} for key, account in declared.items()}
    names = _collect_names(source, tag, use)
    sends = {
        trigger: dict.fromkeys(platforms, _send(pack, new, ONCE[tag.firing_option]))
        for trigger, (_, new) in names.items()
    }
    is_one = len({new for _, new in names.values()}) == 1
    params = _lift_params(source, use, server)
    return SendProposal(
        tag.name,
        pack.name,
        platforms=platforms,
        send=next(iter(sends.values())) if is_one else {},
        send_by_trigger={} if is_one else sends,
        server=dict.fromkeys(platforms, _lift_settings(source, pack, server)),
        data=params.data,
        params=params.filled,
        lost_settings=tuple(list_lost_settings(tag)),
        changes=(*_list_renamed(names), *use.changes, *server.changes),
        cases=(*list_read_values(use, params), "its event ID is text, where a number comes, too"),
    )


def _check_event_id(source: LiftedContainer, use: Use) -> None:
    """The pack's tag has the event data's ID, and no other."""
    # Without a field of its own, the template looks into the event data, as the pack's does.
    if use.event_id is None:
        return
    variable = find_variable(source, use.event_id)
    if variable is None or not _is_event_data(variable, _EVENT_ID):
        raise NotLiftedError(
            f"its event ID `{use.event_id}` is not the `{_EVENT_ID}` of the event data"
        )


def _collect_names(source: LiftedContainer, tag: Tag, use: Use) -> Mapping[str, tuple[str, str]]:
    """Key of a trigger -> the event's name today, and the pack's."""
    if not tag.firing:
        raise NotLiftedError("it has no firing triggers")
    names = {}
    for ref in tag.firing:
        name = use.name
        if name is None:
            event = source.sent.event_of(ref)
            # GTM gives a template the event's name at run time: only where each trigger waits for
            # one name is it known which.
            if event is None or "{{" in event:
                raise NotLiftedError(
                    "it takes the event's name from the event data, and one of its triggers does "
                    "not wait for one event alone"
                )
            name = use.renames.get(event, event)
        names[source.keys.get((Kind.TRIGGER, str(ref)), str(ref))] = (
            name,
            _find_newest(use.platform.pack, name),
        )
    return names


def _find_newest(pack: Pack, name: str) -> str:
    # The browser sends the new name, too, and the platform merges by name and ID: TikTok says
    # nowhere that it converts old names before it compares (help page "updated standard events",
    # May 2025).
    new = pack.legacy.get(name, name)
    if new is None:
        raise NotLiftedError(f"{pack.title} has no event `{name}` any more")
    return new


def _send(pack: Pack, name: str, once: str | None) -> str | Json:
    owned = {blueprint.event for blueprint in pack.blueprints if blueprint.per == "platform"}
    options: Json = {} if name in pack.events or name in owned else {"custom": True}
    if once is not None:
        options["once"] = once
    return {"event": name, **options} if options else name


def _list_renamed(names: Mapping[str, tuple[str, str]]) -> list[str]:
    changed = {old: new for old, new in names.values() if old != new}
    return [
        f"a browser that sends `{old}` has to send `{new}` from the same moment on, or both are "
        "counted"
        for old, new in sorted(changed.items())
    ]


def _lift_params(source: LiftedContainer, use: Use, server: ServerUse) -> FilledParams:
    """What the tag holds itself, and what it takes of the event data."""
    params = lift_params(source, use)
    if params.losses:
        raise NotLiftedError(f"the language has no word for its parameter `{params.losses[0]}`")
    for name, path in server.sends.items():
        if name not in params.filled:
            params.filled[name] = _ensure_event_data_key(source, path, params.data)
    return params


def _ensure_event_data_key(source: LiftedContainer, path: str, data: Json) -> str:
    """The key of a variable that reads nothing else, else a new one."""
    for item in source.of_kind(Kind.VARIABLE):
        if isinstance(item, Variable) and _is_event_data(item, path):
            return source.keys[Kind.VARIABLE, item.name]
    key = make_key(path, {*source.variable_keys, *data}, "value")
    data[key] = {"event_data": path}
    return key


def _is_event_data(variable: Variable, path: str) -> bool:
    is_it = variable.type == "ed" and text_of(variable, "keyPath") == path
    has_default = text_of(variable, "setDefaultValue") == "true"
    is_changed = any(value for _, value in variable.extra) or not (
        variable.null_value is variable.undefined_value is None
    )
    return is_it and not has_default and not is_changed


def _lift_settings(source: LiftedContainer, pack: Pack, server: ServerUse) -> Json:
    """Settings of the account on the server; a secret one names the variable that has it."""
    assert pack.server is not None
    known = pack.server.settings["properties"]
    settings: Json = {}
    for name, text in server.settings.items():
        value = constant_of(source, text)
        if known[name].get("x-secret"):
            # A literal credential is never written into a spec; an import has put stand-ins in
            # place of what it recognised.
            if not is_stand_in(value):
                raise NotLiftedError(
                    f"its `{name}` is not one credential that a push could fill in"
                )
            settings[name] = {"secret": names_in(value)[0]}
        elif "{{" in value:
            raise NotLiftedError(f"its `{name}` is not a constant: `{value}`")
        else:
            settings[name] = value
    for name in pack.server.settings.get("required", ()):
        if name not in settings:
            raise NotLiftedError(f"it has no `{name}`")
    return settings
