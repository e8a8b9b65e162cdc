"""Parameters of events: what a platform requires, takes, and of which type."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.packs.model import Pack
from gtmgen.spec.effective import takes
from gtmgen.spec.model import Const, Event, ParamSource, Platform, Send, Spec
from gtmgen.text import nearest

# A data type and the parameter types that it can fill.
_FITS: Mapping[str, frozenset[str]] = {
    "any": frozenset(("any", "string", "number", "integer", "boolean", "currency", "items")),
    "string": frozenset(("any", "string", "currency")),
    "currency": frozenset(("any", "string", "currency")),
    "email": frozenset(("any", "string")),
    "phone": frozenset(("any", "string")),
    "url": frozenset(("any", "string")),
    "number": frozenset(("any", "string", "number", "integer")),
    "integer": frozenset(("any", "string", "number", "integer")),
    "boolean": frozenset(("any", "string", "boolean")),
    "items": frozenset(("any", "items")),
}
# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_CURRENCY = r"[A-Z]{3}\Z"
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?\Z"


def describe_unused_param(message: str, path: Path, platforms: Iterable[Platform]) -> Problem:
    """A parameter that none of these platforms takes, with a name that one of them does."""
    packs = [platform.pack for platform in platforms]
    param = str(path[-1])
    for pack in packs:
        for canonical, pack_param in pack.params.items():
            if pack_param.to == param:  # its own name is written as others write it in its code
                hint = f"write `{canonical}`: {pack.title} receives it as `{param}`"
                return Problem("unused-param", path, message, hint, Severity.WARNING, on_key=True)
    hints = nearest(param, sorted({name for pack in packs for name in pack.params}))
    return Problem("unused-param", path, message, hints, Severity.WARNING, on_key=True)


def check_required_params(
    event: Event,
    platform: Platform,
    name: str | None,
    sent: Mapping[str, ParamSource],
    path: Path,
    packs: Collection[Pack],
) -> Iterator[Problem]:
    """What the platform's event must have, and a currency beside each value; ``packs`` are those
    of all platforms."""
    pack = platform.pack
    pack_event = pack.events.get((pack.legacy.get(name) or name) if name else "")
    for param in pack_event.requires if pack_event else ():
        if param not in sent:
            yield Problem(
                "missing-param",
                path,
                f"{pack.title} requires `{param}` for `{name}`, but `{event.key}` does not set it",
                _hint_at_misspelt(param, event, pack, packs)
                or f"add `{param}` under `params`"
                + (", or set `site.currency`" if param == "currency" else ""),
            )
    needs_currency = "value" in sent and "currency" not in sent and takes(platform, "currency")
    if needs_currency and not (pack_event and "currency" in pack_event.requires):
        yield Problem(
            "missing-param",
            path,
            f"`{event.key}` sends {pack.title} a value without a currency",
            "add `currency` under `params`, or set `site.currency`",
        )


def _hint_at_misspelt(param: str, event: Event, pack: Pack, packs: Collection[Pack]) -> str | None:
    """For a parameter that the event has under almost this name, or under a platform's own."""
    unknown = [name for name in event.params if name not in pack.params]
    for other in packs:
        own = other.params[param].to if param in other.params else param
        if own != param and own in unknown:
            return f"`{own}` is {other.title}'s own name: write `{param}`"
    close = next((one for one in unknown if nearest(one, [param])), None)
    return f"you wrote `{close}`: did you mean `{param}`?" if close else None


def check_param_types(
    spec: Spec,
    event: Event,
    send: Send,
    platform: Platform,
    sent: Mapping[str, ParamSource],
    reported: set[tuple[str, str]],
) -> Iterator[Problem]:
    """A key of the wrong type is one mistake, however many events send it: those ``reported``."""
    pack_params = platform.pack.params
    data = spec.data
    for name, source in sent.items():
        param = pack_params.get(name)
        if param is None:
            continue
        if name not in event.params and name not in send.params:
            continue  # the site's currency, which is checked where it stands
        if isinstance(source, Const):
            at = _place_of(name, event, send)
            yield from _check_const(platform, name, param.type, source.text, at)
            continue
        key = data.get(source)
        if key is None:  # it is of any type
            continue
        if param.type not in _FITS[key.type] and (source, param.type) not in reported:
            reported.add((source, param.type))
            yield Problem(
                "param-type",
                _place_of(name, event, send),
                f"`{name}` is of the type {param.type} for {platform.pack.title}, "
                f"and the data key `{source}` is of the type {key.type}",
                f"`{source}` is defined at {key.origin}",
            )
        if param.type == "currency" and key.default is not None:
            yield from check_currency(platform, key.default, ("data", source, "default"))


def _place_of(param: str, event: Event, send: Send) -> Path:
    """Where the spec says what a parameter is: in the ``send``, or for all platforms."""
    if param in send.params:
        return (*send.origin.path, "params", param)
    return ("events", event.key, "params", param)


def _check_const(
    platform: Platform, name: str, kind: str, text: str, path: Path
) -> Iterator[Problem]:
    wrong = (kind in ("number", "integer") and not re.match(_NUMBER, text)) or kind == "items"
    if wrong or (kind == "currency" and not re.match(_CURRENCY, text)):
        message = f"`{text}` is not of the type {kind}, which `{name}` has"
        fix = _fix_const(kind, text)
        yield Problem("param-type", (*path, "const") if fix else path, message, fix=fix)
    elif kind == "currency":
        yield from check_currency(platform, text, path)


def _fix_const(kind: str, text: str) -> str | None:
    upper = text.strip().upper()
    return upper if kind == "currency" and re.match(_CURRENCY, upper) else None


def check_currency(platform: Platform, currency: str, path: Path) -> Iterator[Problem]:
    """A fixed currency that the platform does not know."""
    pack = platform.pack
    if pack.currencies and currency not in pack.currencies:
        yield Problem(
            "unknown-currency",
            path,
            f"`{currency}` is not in {pack.title}'s list of currencies",
            f"the list was last verified on {pack.verified}; it may have grown",
            Severity.WARNING,
        )
