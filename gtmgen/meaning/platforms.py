"""What has changed at the platforms: accounts, consent, settings, who the visitor is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gtmgen.meaning.deliveries import report_consent
from gtmgen.meaning.model import Fact, Risk, Sort, Who
from gtmgen.meaning.phrases import Saying, Sentences
from gtmgen.meaning.renames import Renames
from gtmgen.meaning.roles import grade_limit, is_limit
from gtmgen.meaning.sayings import describe_denied, describe_limits, describe_page_view
from gtmgen.meaning.sides import Sides
from gtmgen.meaning.subject import Subject
from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import Event, Platform, Spec
from gtmgen.spec.texts import to_text

_ALL: tuple[Who, ...] = ("marketing", "developers", "backend", "qa")
_CHECKED: tuple[Who, ...] = ("developers", "qa")


def compare_platforms(sides: Sides) -> Iterator[Fact]:
    """Platforms that are new or gone, and their settings."""
    old, new = sides.before.spec.platforms, sides.after.spec.platforms
    for key in sorted(new):
        subject = Subject("platform", key, new[key].title)
        if key in old:
            yield from _compare_platform(sides, subject, old[key], new[key])
        else:
            # Whom a site reports to is what its owner has to know, whatever is sent.
            yield subject.fact("new", "platform_new", _ALL, Risk.ACCOUNT, risk="account_new")
    for key in sorted(old):
        if key not in new:
            subject = Subject("platform", key, old[key].title)
            yield subject.fact("gone", "platform_gone", _ALL, Risk.LOSS, risk="platform_gone")


def _compare_platform(
    sides: Sides, subject: Subject, old: Platform, new: Platform
) -> Iterator[Fact]:
    if old.consent != new.consent:
        yield report_consent(subject, old.consent, new.consent, {}, "platform_consent")
    yield from _compare_settings(subject, old, new)
    yield from _identify(sides, subject, old, new)
    yield from _compare_sayings(sides, subject, old, new)
    tags = [side.platform_tag_names(subject.key) for side in (sides.before, sides.after)]
    yield from subject.phrases("platform_tag", tags[0], tags[1], _CHECKED)


# -- settings --------------------------------------------------------------------------


def _compare_settings(subject: Subject, old: Platform, new: Platform) -> Iterator[Fact]:
    before, after = _list_texts(old), _list_texts(new)
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name, ""), after.get(name, "")
        if was == now:
            continue
        schema: Mapping[str, Any] = new.pack.settings.get("properties", {}).get(name, {})
        if is_limit(schema):
            if {was, now} != {"", "false"}:  # not set and false are the same
                severity, risk = grade_limit(now)
                yield _make_named_fact(subject, "setting", name, was, now, severity, risk)
            continue
        severity = Risk(schema.get("x-change", Risk.VALUES))
        risk = _find_setting_risk(new, name, now, severity)
        yield _make_named_fact(subject, "setting", name, was, now, severity, risk)


_RISKY = frozenset((Risk.ACCOUNT, Risk.LOSS, Risk.PRIVACY))
# What the settings that several packs have lead to, by their new value.
_VALUE_RISKS: Mapping[tuple[str, str], str] = {
    ("page_view", "auto"): "page_view_sent",
    ("page_view", "manual"): "page_view_sent",
    ("page_view", "off"): "page_view_off",
    ("while_denied", "drop"): "denied_drop",
    ("while_denied", "hold"): "denied_hold",
}


def _find_setting_risk(platform: Platform, name: str, now: str, severity: Risk) -> str:
    """The sentence for a setting that is now ``now``, empty where it is no longer set."""
    carrier = platform.pack.carrier
    if carrier is not None and name == carrier.url:
        return "server_container" if now else "server_container_gone"
    if name == "content_id":
        return "content_id"
    return _VALUE_RISKS.get((name, now)) or (f"setting_{severity}" if severity in _RISKY else "")


def _list_texts(platform: Platform) -> dict[str, str]:
    """The settings that hold no data keys, as text; those that nobody set, by their default."""
    texts = {}
    for name in platform.pack.settings.get("properties", {}):
        value = platform.setting(name)
        if name not in platform.pack.data_settings and value is not None:
            texts[name] = str(value) if isinstance(value, list | dict) else to_text(value)
    return texts


def _make_named_fact(
    subject: Subject, about: str, name: str, was: str, now: str, severity: Risk, risk: str
) -> Fact:
    ending, sort = _ENDINGS[bool(was), bool(now)]
    return subject.fact(
        sort, about + ending, _ALL, severity,
        before=was, after=now, risk=risk, values={"name": name},
    )  # fmt: skip


_ENDINGS: Mapping[tuple[bool, bool], tuple[str, Sort]] = {
    (True, True): ("", "changed"),
    (False, True): ("_new", "new"),
    (True, False): ("_gone", "gone"),
}


# -- who the visitor is ----------------------------------------------------------------


def _identify(sides: Sides, subject: Subject, old: Platform, new: Platform) -> Iterator[Fact]:
    before, after = _collect_data_settings(old, sides.renames.data), _collect_data_settings(new, {})
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            # More about a person leaves the page; which values, the platform's name says.
            severity = Risk.PRIVACY if now else Risk.VALUES
            risk = "personal" if now else "identify_gone"
            yield _make_named_fact(subject, "identify", name, was, now, severity, risk)


def _collect_data_settings(platform: Platform, renamed: Mapping[str, str]) -> dict[str, str]:
    """The platform's names for identifiers and properties, and the data keys that hold them."""
    return {
        name: ", ".join(renamed.get(key, key) for key in keys)
        for setting in sorted(platform.pack.data_settings)
        for name, keys in platform.data_keys(setting)
    }


# -- page views, what holds for all of its tags ----------------------------------------


def _compare_sayings(
    sides: Sides, subject: Subject, old: Platform, new: Platform
) -> Iterator[Fact]:
    before, after = sides.before.spec, sides.after.spec
    was, now = _list_parts(before, old, sides.renames), _list_parts(after, new, Renames())
    changed = [(was[name], now[name]) for name in was if was[name].key != now[name].key]
    gone = [item for one, other in changed for item in one.told if item not in other.told]
    come = [item for one, other in changed for item in other.told if item not in one.told]
    if not gone and not come:
        return
    severity, risk = Risk.FIRING, ""
    if bool(old.after_consent) != bool(new.after_consent) and not new.holds_while_denied:
        severity = Risk.LOSS
        risk = "denied_drop" if old.after_consent else "denied_hold"
    ending, sort = _ENDINGS[bool(gone), bool(come)]
    yield subject.fact(
        sort, "platform_when" + ending, _ALL, severity,
        before=Sentences(tuple(gone)), after=Sentences(tuple(come)), risk=risk,
    )  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """What is said of one side's firing, and what both sides are compared by."""

    key: object
    told: tuple[Saying, ...]


def _list_parts(spec: Spec, platform: Platform, names: Renames) -> Mapping[str, _Part]:
    late = None
    if platform.after_consent is not None:
        trigger = trigger_of(spec, platform.after_consent)
        late = (names.occasion(spec, trigger), names.narrowing(spec, trigger.narrowing))
    return {
        "page_view": _Part(
            _freeze_page_view(spec, platform.page_view, names),
            tuple(describe_page_view(spec, platform)),
        ),
        "limits": _Part(
            (names.narrowing(spec, platform.narrowing), _freeze_exceptions(spec, platform, names)),
            tuple(describe_limits(spec, platform)),
        ),
        "denied": _Part(late, tuple(describe_denied(spec, platform))),
    }


def _freeze_exceptions(spec: Spec, platform: Platform, names: Renames) -> object:
    """What the excepted triggers fire on, which may change under their names."""
    triggers = [trigger_of(spec, name) for name in platform.narrowing.except_]
    return tuple(
        (names.occasion(spec, item), names.narrowing(spec, item.narrowing)) for item in triggers
    )


def _freeze_page_view(spec: Spec, event: Event | None, names: Renames) -> object:
    if event is None:
        return None
    triggers = [trigger_of(spec, item) for item in event.on]
    return (
        tuple(
            (names.occasion(spec, item), names.narrowing(spec, item.narrowing)) for item in triggers
        ),
        names.narrowing(spec, event.narrowing),
    )
