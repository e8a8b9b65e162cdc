"""What brings an event from the browser to the server container.

Each event that a server account receives travels in a hit of its own, by a GA4 event tag on the
triggers of the platform's own tag. Its name (:func:`carrier_name`) tells the server container which
event of the spec it is, and that it is none of GA4's: only hits without that name go on to Google.
"""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.compile.context import Context, key_part
from gtmgen.compile.variables import first_of, or_site_currency, readable
from gtmgen.container.entities import Parameter, boolean, rows, text
from gtmgen.packs.model import Carrier
from gtmgen.spec.model import Const, Event, ParamSource, Platform, Spec
from gtmgen.spec.server_checks import CARRIER_PREFIX

CONSENT_KEY = "consent_granted"
"""The event data that names the consent types granted in the browser, separated by commas."""

IDENTIFIER_PREFIX = "identify_"
"""How the event data begins that brings an identifier of the visitor: ``identify_email``."""

_LONGEST = 40  # GA4's names of events


def carrier_name(event: Event, platform: Platform) -> str:
    """The GA4 event name under which an event travels: ``server_tiktok_purchase``."""
    name = f"{CARRIER_PREFIX}{platform.name}_{event.key}"
    if len(name) <= _LONGEST:
        return name
    import hashlib  # 4 ms, and only long names need it

    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: _LONGEST - 7]}_{digest}"


def carrier_of(spec: Spec) -> tuple[Platform, Carrier]:
    """The account whose tags bring events to the server: the first by name that can."""
    for name in sorted(spec.platforms):
        platform = spec.platforms[name]
        if platform.pack.carrier is not None:
            return platform, platform.pack.carrier
    raise AssertionError("a spec with a server container has such an account")  # it is checked


def carried(
    context: Context,
    event: Event,
    platform: Platform,
    event_id: str,
    params: Mapping[str, ParamSource],
    consent: tuple[str, ...],
) -> tuple[Parameter, ...]:
    """The parameters of the tag that carries an event, in GA4's words."""
    by, carrier = carrier_of(context.spec)
    cells: list[tuple[str, ...]] = [
        ("event_id", event_id),
        ("server_container_url", context.literal(str(by.setting(carrier.url)))),
    ]
    if consent:
        cells.append((CONSENT_KEY, _granted(context, consent)))
    cells.extend(_cells(context, platform, params))
    cells.extend(_visitor(context, platform))
    return (
        boolean("sendEcommerceData", False),
        text("eventName", carrier_name(event, platform)),
        text("measurementIdOverride", str(by.setting(carrier.account))),
        rows("eventSettingsTable", ("parameter", "parameterValue"), cells),
    )


def _cells(
    context: Context, platform: Platform, params: Mapping[str, ParamSource]
) -> list[tuple[str, str]]:
    """The parameters that the platform takes, under their canonical names."""
    cells = []
    for canonical, source in params.items():
        known = platform.pack.params.get(canonical)
        if known is None and not platform.pack.passes_unknown_params:
            continue
        if isinstance(source, Const):
            cell = context.literal(source.text)
        else:
            # Google's tags would send a price of "on request" as it is.
            cell = readable(context, source, known.type if known else "any")
        if canonical == "currency" and "value" in params:
            cell = or_site_currency(context, source, cell)
        cells.append((canonical, cell))
    return sorted(cells)


def _visitor(context: Context, platform: Platform) -> list[tuple[str, str]]:
    """What is known of the visitor, raw: the server hashes it by the platform's own rules, and
    Google's ``user_data`` would arrive hashed by Google's."""
    half = platform.pack.server
    assert half is not None  # the schema knows no other accounts
    known = platform.data_keys(half.identifiers) if half.identifiers else ()
    cells = [(f"{IDENTIFIER_PREFIX}{name}", first_of(context, keys)) for name, keys in known]
    cells.extend((key, _cookie(context, name)) for key, name in sorted(half.cookies.items()))
    return cells


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
