"""What a name does not say: comments above raw entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gtmgen.container.entities import AnyEntity, Kind, TemplateRef, TriggerId

# What GTM's interface calls its own types, as far as real exports hold them.
_TYPES = {
    "aev": "Auto-event variable",
    "awct": "Google Ads conversion",
    "awcc": "Google Ads calls from website conversion",
    "awec": "User-provided data",
    "awud": "Google Ads user-provided data event",
    "baut": "Microsoft Advertising (Bing UET)",
    "bzi": "LinkedIn Insight",
    "c": "Constant",
    "cid": "Container ID",
    "d": "DOM element",
    "ed": "Event data",
    "f": "HTTP referrer",
    "flc": "Floodlight counter",
    "fls": "Floodlight sales",
    "fs": "Firestore lookup",
    "ga": "Classic Google Analytics (dead)",
    "gaawc": "GA4 configuration (now the Google tag)",
    "gaawe": "GA4 event",
    "gas": "Google Analytics settings (Universal Analytics, dead since 2024)",
    "gclidw": "Conversion Linker",
    "googtag": "Google tag",
    "gtcs": "Google tag: configuration settings",
    "gtes": "Google tag: event settings",
    "hjtc": "Hotjar",
    "html": "Custom HTML",
    "http_request": "HTTP request",
    "img": "Custom image",
    "j": "JavaScript variable",
    "jsm": "Custom JavaScript",
    "k": "First-party cookie",
    "qp": "Query parameter (server)",
    "remm": "Regex table",
    "rh": "Request header",
    "sgtmadscl": "Conversion Linker (server)",
    "sgtmadsct": "Google Ads conversion (server)",
    "sgtmadsremarket": "Google Ads remarketing (server)",
    "sgtmgaaw": "Google Analytics 4 (server)",
    "sgtmk": "Cookie value (server)",
    "smm": "Lookup table",
    "sp": "Google Ads remarketing",
    "u": "URL",
    "ua": "Universal Analytics (dead since 2024)",
    "uv": "Undefined value",
    "v": "Data layer variable",
    "vis": "Element visibility",
}


def describe_entity(
    kind: Kind, entity: AnyEntity, unnamed_types: Mapping[str, Sequence[str]]
) -> str:
    """What the type is, and which triggers only their IDs are known of.

    ``unnamed_types`` are types that stay types, with the names of the templates they may be of.
    """
    parts = []
    type_ = getattr(entity, "type", None)
    if kind in (Kind.TAG, Kind.VARIABLE) and isinstance(type_, str) and type_ in _TYPES:
        parts.append(_TYPES[type_])
    elif isinstance(type_, str) and type_ in unnamed_types:
        parts.append(f"{type_} is the type of {' and of '.join(unnamed_types[type_])}")
    elif isinstance(type_, str) and type_.startswith("cvt_"):
        parts.append(f"{type_} is a custom template that the container does not hold")
    elif isinstance(type_, TemplateRef) and not type_.template:
        parts.append("a custom template without a name")
    refs = (*getattr(entity, "firing", ()), *getattr(entity, "blocking", ()))
    unknown = [ref.id for ref in refs if isinstance(ref, TriggerId)]
    if unknown:
        parts.append(f"no trigger of the container has the ID {', '.join(unknown)}")
    return "; ".join(parts)
