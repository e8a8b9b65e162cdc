"""What the spec could say instead of a raw tag: proposals, and why there is none.

A proposal says all that would be lost. Whether the spec with it is valid is proved later, by
:mod:`gtmgen.importer.verify.prove_sends`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from gtmgen.container.entities import Tag
from gtmgen.importer.lift.accounts import Accounts, read_consent
from gtmgen.importer.lift.identity import identify_of, list_told_more
from gtmgen.importer.lift.model import ImportFinding, KeptTag, LiftedContainer, SendProposal
from gtmgen.importer.lift.same_moment import fill_required
from gtmgen.importer.lift.send_values import NUMBERS, FilledParams, Json, lift_event_id, lift_params
from gtmgen.importer.lift.server_sends import propose_server_send
from gtmgen.importer.lift.tag_settings import ONCE, list_lost_settings
from gtmgen.importer.lift.told_cases import (
    MESSAGE_KEY,
    list_consent,
    list_left_view,
    list_moved_event,
    list_moved_view,
    list_other_ids,
    list_reached,
    list_read_values,
    list_told,
)
from gtmgen.lint.html import custom_html
from gtmgen.lint.recognise import platforms
from gtmgen.lint.uses import EVENT, Use
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.text import listing


def suggest_sends(source: LiftedContainer) -> Iterator[ImportFinding | SendProposal | KeptTag]:
    """How each event would be sent by the platform's own pack, or why that is not proposed."""
    own: dict[tuple[str, str], list[str]] = {}
    for tag, uses in source.sent.tags:
        events = [use for use in uses if use.what == EVENT and not use.is_own]
        if not events:
            continue
        use = events[0]
        if use.own_type:
            if use.name is not None:
                pack = use.platform.pack
                own.setdefault((pack.name, pack.title), []).append(tag.name)
            continue
        try:
            yield _propose(source, tag, events)
        except NotLiftedError as error:
            yield KeptTag(tag.name, use.platform.pack.name, str(error))
    yield from _keep_unread_code(source)
    for (name, title), tags in sorted(own.items()):
        text = (
            f"With `{name}` under `platforms`, `send: {{{name}: EVENT}}` would say what "
            f"{len(tags)} tag{'s say' if len(tags) > 1 else ' says'}, and check names and "
            "parameters; it also adds an event ID to each."
        )
        yield ImportFinding("suggestion", None, title, text)


def _keep_unread_code(source: LiftedContainer) -> Iterator[KeptTag]:
    """Custom HTML that names a platform's object, in code of which nothing could be read."""
    for tag, html in custom_html(source):
        error = source.broken_code.get(tag.name)
        is_unread = error is not None or tag.name not in source.uses
        for platform in platforms() if is_unread and not tag.paused else ():
            name = platform.code["object"] if platform.code else None
            if name and re.search(rf"\b{re.escape(name)}\b", html):
                reason = (
                    f"its code names `{name}`, and does not run: it has {error}"
                    if error
                    else f"its code names `{name}`, and what it does with it could not be read"
                )
                yield KeptTag(tag.name, platform.pack.name, reason)


def _propose(source: LiftedContainer, tag: Tag, events: list[Use]) -> SendProposal:
    if events[0].is_server:
        return propose_server_send(source, tag, events[0])
    sent = _gather_events(events)
    if not tag.firing:
        raise NotLiftedError("it has no firing triggers")
    # The page view first: what is sent as well needs the account that it declares.
    sent.sort(key=lambda use: use.name != use.platform.page_view)
    parts = [_propose_one(source, tag, use) for use in sent]
    if len(parts) == 1:
        return parts[0]
    names = listing([str(use.name) for use in sent])
    order = (
        f"each of {names} is sent by a tag of its own: their order may differ, and where one "
        "fails, the others are sent all the same"
    )
    parts = [
        dataclasses.replace(part, event=use.platform.canonical(str(use.name)) or str(use.name))
        for part, use in zip(parts, sent, strict=True)
    ]
    first = parts[0]
    return dataclasses.replace(
        first,
        lost_settings=tuple(dict.fromkeys(one for part in parts for one in part.lost_settings)),
        cases=(*first.cases, order),
        together_with=tuple(dict.fromkeys(one for part in parts for one in part.together_with)),
        drops_code=any(part.drops_code for part in parts),
        also=tuple(parts[1:]),
    )


def _propose_one(source: LiftedContainer, tag: Tag, use: Use) -> SendProposal:
    if use.name == use.platform.page_view:
        return _propose_page_view(source, tag, use)
    if not use.is_all:
        raise NotLiftedError("its code does more than send this event, or decides whether to")
    return _propose_event(source, tag, use)


def _gather_events(events: list[Use]) -> list[Use]:
    """The events that the tag sends; one that it sends to several accounts is one event."""
    if any(use.name is None for use in events):
        raise NotLiftedError("it takes the event's name from elsewhere")
    by_name: dict[str | None, list[Use]] = {}
    for use in events:
        by_name.setdefault(use.name, []).append(use)
    return [_gather_event(same) for same in by_name.values()]


def _gather_event(events: list[Use]) -> Use:
    first = events[0]
    if any(replace(use, accounts=()) != replace(first, accounts=()) for use in events):
        raise NotLiftedError(f"it sends `{first.name}` several times, with other data")
    if len(events) > 1 and len({use.accounts for use in events}) < len(events):
        raise NotLiftedError(f"it sends `{first.name}` several times")
    accounts = (account for use in events for account in use.accounts)
    return replace(first, accounts=tuple(dict.fromkeys(accounts)))


def _propose_page_view(source: LiftedContainer, tag: Tag, use: Use) -> SendProposal:
    if not source.sent.fires_on_every_page(tag):
        raise NotLiftedError(f"its {use.name} is not sent on every page")
    if len(tag.firing) > 1:
        raise NotLiftedError(f"it sends {use.name} on several triggers")
    accounts = Accounts(source, use.platform)
    identify = identify_of(source, tag, use)
    platforms = accounts.declare(tag, use, views=True, identify=identify)
    # The pack has one tag for both: it would load earlier, or send later, than today.
    if any(account["consent"] != read_consent(tag) for account in platforms.values()):
        raise NotLiftedError("it asks for other consent than the tag that loads the code")
    accounts.check_page_view(use)
    changes = [*use.changes, *list_moved_view(source, tag, use), *list_told_more(source, use)]
    # The pack's page view makes an ID for each page; another one, which a server may send as well,
    # would no longer match.
    if use.event_id is not None or use.has_event_id:
        raise NotLiftedError(f"its {use.name} has an event ID of its own")
    if not use.is_base_code:
        changes.append("all else that its code does is gone")
    if accounts.watch_in_part(use):
        changes.append(
            f"{use.name} is sent on in-app navigation, whichever of its tags loads the code first; "
            "today some switch that off"
        )
    repeated = accounts.repeated_page_views()
    if repeated:
        changes.append(repeated)
    return SendProposal(
        tag.name,
        use.platform.pack.name,
        platforms=platforms,
        losses=tuple(sorted(use.params)),
        lost_settings=(*_list_more(use, identify), *list_lost_settings(tag)),
        changes=tuple(changes),
        cases=(
            *list_left_view(use),
            *list_reached(use),
            *list_told(use),
            *list_consent(use, platforms),
        ),
        together_with=accounts.list_other_loaders(tag, use),
        drops_code=not use.is_base_code,
    )


def _propose_event(source: LiftedContainer, tag: Tag, use: Use) -> SendProposal:
    pack, name = use.platform.pack, str(use.name)
    # Under the new name at once: `validate` refuses an old one.
    new = pack.legacy.get(name) or name
    if new not in pack.events:
        raise NotLiftedError(f"{pack.title} has no event `{name}` that gtmgen knows")
    if not use.knows_params:
        raise NotLiftedError("code computes its parameters, which would be lost")
    if tag.firing_option not in ONCE:
        raise NotLiftedError(f"the language has no word for `{tag.firing_option}`")
    changes = [*use.changes, *list_told_more(source, use)]
    if new != name:
        changes.append(
            f"a server that sends `{name}` has to send `{new}` from the same moment on, or both "
            "are counted"
        )
    accounts = Accounts(source, use.platform)
    identify = identify_of(source, tag, use)
    platforms = accounts.declare(tag, use, views=False, identify=identify)
    if accounts.loses_own_views(tag, use):
        changes.append(
            f"{use.platform.page_view} on in-app navigation, which the own code of its "
            f"{use.platform.account} sends today, is not sent any more"
        )
    send = {
        key: _make_options(new, needed, platforms[key]["consent"], ONCE[tag.firing_option])
        for key, needed in accounts.consents(tag, use).items()
    }
    params = lift_params(source, use, tag.name if tag.type == "html" else "")
    fill_required(source, tag, use, params)
    event_id = lift_event_id(source, use)
    return SendProposal(
        tag.name,
        pack.name,
        platforms=platforms,
        send=send,
        data=params.data,
        params=params.filled,
        event_id=event_id,
        losses=tuple(params.losses),
        lost_settings=(*_list_more(use, identify), *list_lost_settings(tag)),
        changes=(*changes, *params.moves),
        additions=tuple(_list_additions(use, params, event_id)),
        cases=(
            *list_read_values(use, params),
            *list_other_ids(source, use.event_id, event_id),
            *list_moved_event(source, tag, accounts.list_loaders(use)),
            *list_reached(use),
            *list_told(use),
            *list_consent(use, platforms),
        ),
        together_with=accounts.list_other_loaders(tag, use),
    )


def _make_options(
    event: str, needed: list[str] | str, of_account: list[str] | str, once: str | None
) -> str | dict[str, Any]:
    options: dict[str, Any] = {"event": event}
    if needed != of_account:
        options["consent"] = needed
    if once is not None:
        options["once"] = once
    return options if len(options) > 1 else event


def _list_more(use: Use, identify: Mapping[str, str] | None) -> tuple[str, ...]:
    """What the tag has that the pack's tag would not have."""
    return use.more if identify is not None else (*use.more, "identify")


def _list_additions(use: Use, params: FilledParams, event_id: Json | None) -> Iterator[str]:
    """What the pack's tag sends that the tag does not."""
    pack = use.platform.pack
    if event_id is None:
        yield (
            f"it gets an event ID, the `{MESSAGE_KEY}` of its message or else one that is made on "
            "the page; a server that sends the event, too, has to send the same one"
        )
    for name in sorted(use.quoted):
        key = next((key for key, param in pack.params.items() if param.to == name), None)
        if key in params.filled and pack.params[key].type in NUMBERS:
            yield f"`{name}` is sent as a number, and no longer as text"
    yield from params.item_changes
    content_type = pack.settings.get("properties", {}).get("content_type", {}).get("default")
    if content_type and any(pack.params[key].type == "items" for key in params.filled):
        new = "each of its items" if "content_type" in use.params else "it and each of its items"
        yield f"{new} will say `content_type: {content_type}`"
