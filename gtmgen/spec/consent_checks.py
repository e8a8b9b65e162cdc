"""Consent types: whether GTM knows them, and whether anything says what they are at first."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import CONSENT_TYPES
from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.model import Spec
from gtmgen.text import did_you_mean


def check_consent(spec: Spec) -> Iterator[Problem]:
    """Problems of every place that names consent types."""
    for name in spec.consent.default or ():
        if name not in CONSENT_TYPES:
            yield unknown_type(name, ("consent", "default", name), on_key=True)
    reported: set[str] = set()
    for path, types in _places(spec):
        for index, name in enumerate(types):
            if name not in CONSENT_TYPES:
                yield unknown_type(name, (*path, index))
        yield from _without_default(spec, path, types, reported)


def _places(spec: Spec) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Where tags wait for consent: platforms first, then events, then tags in GTM's own words."""
    for platform in spec.platforms.values():
        yield ("platforms", platform.name, "consent"), platform.consent
    for event in spec.events.values():
        for send in event.send:
            if send.consent:
                yield (*send.origin.path, "consent"), send.consent
    for tag in spec.raw_tags.values():
        consent = tag.data.get("consent")
        if isinstance(consent, list):
            yield ("gtm", "tags", tag.key, "consent"), tuple(consent)


def _without_default(
    spec: Spec, path: Path, types: tuple[str, ...], reported: set[str]
) -> Iterator[Problem]:
    """GTM treats a type that nobody has set as granted.

    Each platform is told; of events and raw tags, only what no place before has been ``told``.
    """
    default = spec.consent.default
    if default == {} or spec.container.context != "web":
        return
    misspelt = [name for name in default or () if name not in CONSENT_TYPES]
    unset = [
        name
        for name in types
        # That it is misspelt, here or where it is set, is told as that.
        if name in CONSENT_TYPES
        and (default is None or name not in default)
        and not any(did_you_mean(one, [name]) == f"did you mean `{name}`?" for one in misspelt)
    ]
    if path[0] != "platforms":
        unset = [name for name in unset if name not in reported]
    reported.update(unset)
    if not unset:
        return
    words = ", ".join(f"`{name}`" for name in unset)
    yield Problem(
        "consent-default",
        path,
        f"nothing says what {words} {'is' if len(unset) == 1 else 'are'} before the visitor has "
        "chosen, and GTM treats an unset type as granted",
        "add `consent: {default: {" + f"{unset[0]}: denied" + "}}` to the spec, or "
        "`consent: {default: site}` if the page sets it before GTM starts",
        Severity.WARNING,
    )


def unknown_type(name: str, path: Path, *, on_key: bool = False) -> Problem:
    """What is said of a type that GTM does not know."""
    return Problem(
        "consent-type",
        path,
        f"`{name}` is not one of GTM's own consent types",
        did_you_mean(name, CONSENT_TYPES),
        Severity.WARNING,
        on_key=on_key,
    )
