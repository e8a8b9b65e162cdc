"""What brings an event from the browser to the server container.

Each event that a server account receives travels in a hit of its own, by a GA4 event tag on the
triggers of the platform's own tag. Its name (:func:`gtmgen.spec.hit_names.carrier_name`) tells the
server container which event of the spec it is, and that it is none of GA4's: only hits without
that name go on to Google.

Where the platform's own template keeps its calls on the page until consent comes, the hit waits as
well: a tag of ``held_hit.tpl`` keeps the event's values, and pushes the name of the hit with them
when it may be sent. The GA4 event tag fires on that push.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gtmgen.compile.context import Context, key_part
from gtmgen.compile.variables import event_id, first_of, or_site_currency, readable
from gtmgen.container.entities import TemplateRef, Trigger
from gtmgen.container.values import Parameter, boolean, condition, integer, rows, text
from gtmgen.packs.model import Carrier, ServerHalf
from gtmgen.spec.model import Const, ParamSource, Platform, Spec

CONSENT_KEY = "consent_granted"
"""The event data that names the consent types granted in the browser, separated by commas."""

IDENTIFIER_PREFIX = "identify_"
"""How the event data begins that brings an identifier of the visitor: ``identify_email``."""

_HELD = "gtmgen_hit"
"""Where the data layer has the values of a held hit while it goes out (``held_hit.tpl``)."""


def server_half(platform: Platform) -> ServerHalf:
    """The server half of an account of ``server.accounts``."""
    half = platform.pack.server
    assert half is not None  # the schema knows no other accounts
    return half


def carrier_of(spec: Spec) -> tuple[Platform, Carrier]:
    """The account whose tags bring events to the server: the first by name that can."""
    for name in sorted(spec.platforms):
        platform = spec.platforms[name]
        if platform.pack.carrier is not None:
            return platform, platform.pack.carrier
    raise AssertionError("a spec with a server container has such an account")  # it is checked


Cells = Sequence[tuple[str, str]]
"""Event data by its key: what each holds, as GTM writes it."""


def event_values(
    context: Context, platform: Platform, event_id: str, params: Mapping[str, ParamSource]
) -> Cells:
    """What an event holds at its own moment: its ID, its parameters, who the visitor is."""
    cells = [("event_id", event_id), *_cells(context, platform, params)]
    return [*cells, *_identifiers(context, platform)]


def carried(
    context: Context,
    name: str,
    platform: Platform,
    values: Cells,
    consent: tuple[str, ...],
) -> tuple[Parameter, ...]:
    """The parameters of the tag that carries an event, in GA4's words."""
    by, carrier = carrier_of(context.spec)
    cells: list[tuple[str, ...]] = [
        *values[:1],
        ("server_container_url", context.literal(str(by.setting(carrier.url)))),
    ]
    if consent:
        # The server cannot ask the browser: what was granted has to come along with the event.
        cells.append((CONSENT_KEY, _granted(context, consent)))
    cells.extend(values[1:])
    cells.extend(_cookies(context, platform))
    return (
        # GA4's tag would add the items that linger in the data layer, of whatever event they were.
        boolean("sendEcommerceData", False),
        text("eventName", name),
        text("measurementIdOverride", str(by.setting(carrier.account))),
        rows("eventSettingsTable", ("parameter", "parameterValue"), cells),
    )


def _cells(
    context: Context, platform: Platform, params: Mapping[str, ParamSource]
) -> list[tuple[str, str]]:
    """The parameters that the platform takes, under their canonical names."""
    cells = []
    for canonical, source in params.items():
        pack_param = platform.pack.params.get(canonical)
        if pack_param is None and not platform.pack.passes_unknown_params:
            continue
        if isinstance(source, Const):
            cell = context.literal(source.text)
        else:
            # Google's tags would send a price of "on request" as it is.
            cell = readable(context, source, pack_param.type if pack_param else "any")
        if canonical == "currency" and "value" in params:
            cell = or_site_currency(context, source, cell)
        cells.append((canonical, cell))
    return sorted(cells)


def _identifiers(context: Context, platform: Platform) -> Cells:
    """What is known of the visitor, raw: the server hashes it by the platform's own rules, and
    Google's ``user_data`` would arrive hashed by Google's."""
    half = server_half(platform)
    data_keys = platform.data_keys(half.identifiers) if half.identifiers else ()
    return [(f"{IDENTIFIER_PREFIX}{name}", first_of(context, keys)) for name, keys in data_keys]


def _cookies(context: Context, platform: Platform) -> Cells:
    """The platform's own cookies, as they are when the hit is sent."""
    cookies = sorted(server_half(platform).cookies.items())
    return [(key, _cookie(context, name)) for key, name in cookies]


def held_hit(
    context: Context, name: str, values: Cells, consent: tuple[str, ...]
) -> tuple[TemplateRef, tuple[Parameter, ...]]:
    """Type and parameters of the tag that keeps an event's hit, ``name``, until consent comes."""
    type_ = context.template(
        "held_hit", "Held server hit", "shared/held_hit.tpl", consent=_all_types(context)
    )
    return type_, (
        text("event", name),
        text("types", ",".join(consent)),
        rows("values", ("name", "value"), [*values]),
    )


def released(context: Context, values: Cells) -> Cells:
    """The same values, as the tag of :func:`held_hit` has pushed them."""
    return [(name, _released(context, name)) for name, _ in values]


def release_trigger(context: Context, name: str) -> str:
    """The name of the trigger on which a held hit goes out."""
    trigger = context.name("trigger", form="held", key=name)
    context.triggers[f"held_hit/{name}"] = Trigger(
        name=trigger,
        folder=context.folder,
        owner=context.owner(f"trigger/held_hit/{name}"),
        origin=context.spec.origin,
        type="CUSTOM_EVENT",
        custom_event_filter=(condition("EQUALS", "{{_event}}", name),),
        # Always so: what reads the data layer has to know the event as one of ours.
        filter=(condition("MATCH_REGEX", event_id(context, None, None), "."),),
    )
    return trigger


def _released(context: Context, name: str) -> str:
    return context.add_variable(
        f"held_hit/{name}",
        context.name("variable", form="held", key=name),
        "v",
        (
            integer("dataLayerVersion", 2),
            boolean("setDefaultValue", False),
            text("name", f"{_HELD}.{name}"),
        ),
    )


def _cookie(context: Context, name: str) -> str:
    return context.add_variable(
        f"cookie/{key_part(name)}",
        context.name("variable", form="cookie", key=name),
        "k",
        (boolean("decodeCookie", True), text("name", name)),
    )


def _granted(context: Context, types: tuple[str, ...]) -> str:
    template = context.template(
        "consent_state", "Consent state", "shared/consent_state.tpl", consent=_all_types(context)
    )
    listed = ",".join(types)
    return context.add_variable(
        f"consent_state/{listed}",
        context.name("variable", form="consent", key=f"granted of {', '.join(types)}"),
        template,
        (text("types", listed),),
    )


def _all_types(context: Context) -> tuple[str, ...]:
    """Every consent type that a carried event waits for."""
    spec = context.spec
    types = {
        name
        for event in spec.events.values()
        for send in event.send
        if send.platform in spec.server_accounts
        for name in (
            spec.platforms[send.platform].consent if send.consent is None else send.consent
        )
    }
    return tuple(sorted(types))
