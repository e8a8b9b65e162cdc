"""What has changed at the pages and the site."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.meaning.model import Fact, Risk, Who
from gtmgen.meaning.phrases import Saying, Sentences
from gtmgen.meaning.sayings import describe_site
from gtmgen.meaning.sides import Sides
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.usage import list_params
from gtmgen.rules.registry import all_rules
from gtmgen.spec.effective import params
from gtmgen.spec.model import ANY_VALUE, Event, Page, Spec

_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")
_CHECKED: tuple[Who, ...] = ("developers", "qa")


# -- pages -----------------------------------------------------------------------------


def compare_pages(sides: Sides) -> Iterator[Fact]:
    """Pages that are new, gone, or elsewhere."""
    old, new = sides.before.spec.pages, sides.after.spec.pages
    was = {key: former for former, key in sides.renames.pages.items()}
    kept = set()
    for page in new.values():
        earlier = old.get(was.get(page.key, page.key))
        if earlier is None:
            paths = ", ".join(page.paths or page.hosts)
            yield _make_subject(page).fact("new", "page_new", _SEEN, after=paths)
        else:
            kept.add(earlier.key)
            yield from _compare_page(sides, earlier, page)
    for page in old.values():
        if page.key not in kept:
            paths = ", ".join(page.paths or page.hosts)
            yield _make_subject(page).fact("gone", "page_gone", _SEEN, before=paths)


def _make_subject(page: Page, events: tuple[str, ...] = ()) -> Subject:
    return Subject("page", page.key, _format_title(page), events)


def _format_title(page: Page) -> str:
    return page.title or page.key.replace("_", " ").capitalize()


def _compare_page(sides: Sides, old: Page, new: Page) -> Iterator[Fact]:
    subject = _make_subject(new, sides.after.usage.of_page(new.key))
    alone = subject.alone()
    if old.key != new.key:
        yield alone.fact("changed", "key", _CHECKED, before=old.key, after=new.key)
    if old.title or new.title:
        yield from alone.field("title", _format_title(old), _format_title(new), ("marketing",))
    yield from alone.field("description", old.description, new.description, ("marketing",))
    for label, was, now in (
        ("path", old.paths, new.paths),
        ("hosts", old.hosts, new.hosts),
        ("query", _list_query(old), _list_query(new)),
    ):
        severity = Risk.FIRING if subject.events else Risk.HARMLESS
        risk = (
            "" if not subject.events else "page_glob" if "**" in "".join((*was, *now)) else "page"
        )
        yield from subject.field(label, ", ".join(was), ", ".join(now), _SEEN, severity, risk=risk)


def _list_query(page: Page) -> tuple[str, ...]:
    return tuple(
        name if ANY_VALUE in values else f"{name}={'|'.join(values)}" for name, values in page.query
    )


# -- the site --------------------------------------------------------------------------

_CONSENT_DEFAULTS = ("site.consent.denied", "site.consent.granted")
_SEVERITIES = {
    "site.currency": (Risk.VALUES, "currency"),
    "site.decimal": (Risk.VALUES, "decimal"),
    "site.event_id_key": (Risk.DEDUPLICATION, "event_id_key"),
    "site.data_layer": (Risk.LOSS, "data_layer"),
    "site.hosts": (Risk.FIRING, "hosts"),
}

# For what no longer holds at all.
_SEVERITIES_OF_ABSENCE = {
    "site.hosts": (Risk.FIRING, "hosts_gone"),
}

_CONSENT_STATES = ("site.consent.unknown", "site.consent.site", *_CONSENT_DEFAULTS)


def compare_sites(sides: Sides) -> Iterator[Fact]:
    """What holds for the whole site, and the container."""
    before, after = sides.before.spec, sides.after.spec
    subject = Subject("site", after.project, after.project)
    yield from subject.field(
        "container", before.container.gtm, after.container.gtm, _CHECKED,
        Risk.ACCOUNT, risk="container",
    )  # fmt: skip
    servers = [spec.server.gtm or "" if spec.server else "" for spec in (before, after)]
    if all(servers):  # one that is new or gone is a container of its own, with all that it holds
        yield from subject.field(
            "server_container", servers[0], servers[1], _CHECKED,
            Risk.ACCOUNT, risk="server_moved",
        )  # fmt: skip
    yield from subject.field(
        "project", before.project, after.project, _CHECKED, Risk.LOSS, risk="project"
    )
    yield from subject.field(
        "workspace", before.container.workspace, after.container.workspace, ("developers",)
    )
    yield from subject.field(
        "folder", before.container.folder or "", after.container.folder or "", ("developers",)
    )
    yield from _compare_consent(subject, before, after)
    yield from _compare_lint(subject, before, after)
    was = {item.key: item for item in describe_site(before)}
    now = {item.key: item for item in describe_site(after)}
    for old, new in _pair_sayings(was, now):
        if old == new:
            continue
        key = (new or old).key  # type: ignore[union-attr]
        if key in _CONSENT_STATES:
            continue
        severity, risk = _SEVERITIES.get(key, (Risk.FIRING, ""))
        if new is None:
            severity, risk = _SEVERITIES_OF_ABSENCE.get(key, (severity, risk))
        concerned = _list_concerned(after, key)
        if key == "site.currency" and not concerned and not _list_concerned(before, key):
            severity, risk = Risk.HARMLESS, ""
        about = Subject("site", after.project, after.project, concerned)
        ending, sort = ("", "changed")
        if new is None or old is None:
            ending, sort = ("_new", "new") if old is None else ("_gone", "gone")
        yield about.fact(
            sort,  # type: ignore[arg-type]
            f"fact{ending}", _SEEN, severity,
            before=old or "", after=new or "", risk=risk,
        )  # fmt: skip


def _compare_lint(subject: Subject, before: Spec, after: Spec) -> Iterator[Fact]:
    """What `lint` says nothing of any more, which somebody should know who approves the spec."""
    entries = [{(x.rule, x.where): x.reason for x in spec.lint.ignore} for spec in (before, after)]
    for (rule, where), reason in entries[1].items():
        if (rule, where) not in entries[0]:
            values = {"rule": rule, "where": where, "reason": reason}
            yield subject.fact("new", "ignored_new", _CHECKED, values=values)
    for rule, where in entries[0]:
        if (rule, where) not in entries[1]:
            values = {"rule": rule, "where": where}
            yield subject.fact("gone", "ignored_gone", _CHECKED, values=values)
    severities = [spec.lint.severities for spec in (before, after)]
    for rule in dict.fromkeys((*severities[1], *severities[0])):
        own = all_rules()[rule].severity
        was, now = (one.get(rule, own) for one in severities)
        yield from subject.text(
            "rule_severity", was.value, now.value, _CHECKED, values={"rule": rule}
        )


def _compare_consent(subject: Subject, before: Spec, after: Spec) -> Iterator[Fact]:
    """What counts until the visitor has chosen, for all consent types in one fact."""
    told = [
        Sentences(tuple(item for item in describe_site(spec) if item.key in _CONSENT_STATES))
        for spec in (before, after)
    ]
    if told[0] == told[1]:
        return
    denied = [
        {name for name, state in (spec.consent.default or {}).items() if state == "denied"}
        for spec in (before, after)
    ]
    severity, risk = Risk.FIRING, "consent_denied" if denied[1] - denied[0] else ""
    if denied[0] - denied[1]:
        severity, risk = Risk.PRIVACY, "consent_default"
    ending, sort = "", "changed"
    if not (told[0].items and told[1].items):
        ending, sort = ("_gone", "gone") if told[0].items else ("_new", "new")
    yield subject.fact(
        sort,  # type: ignore[arg-type]
        f"fact{ending}", _SEEN, severity, before=told[0], after=told[1], risk=risk,
    )  # fmt: skip


def _pair_sayings(
    old: dict[str, Saying], new: dict[str, Saying]
) -> Iterator[tuple[Saying | None, Saying | None]]:
    """The sayings about one thing on both sides: by their key, or by what it begins with.

    ``site.navigation.spa`` and ``site.navigation.pages`` are about one thing.
    """
    removed = {key: item for key, item in old.items() if key not in new}
    for key, item in new.items():
        earlier = old.get(key)
        if earlier is None:
            near = next(
                (name for name in removed if _format_topic(name) == _format_topic(key)), None
            )
            earlier = removed.pop(near) if near is not None else None
        yield earlier, item
    for item in removed.values():
        yield item, None


def _format_topic(key: str) -> str:
    return ".".join(key.split(".")[:2])


def _list_concerned(spec: Spec, key: str) -> tuple[str, ...]:
    """The events whose value has no currency but the site's."""
    if key != "site.currency":
        return ()
    return tuple(event.key for event in spec.events.values() if _has_sites_currency(spec, event))


def _has_sites_currency(spec: Spec, event: Event) -> bool:
    for send in event.send:
        own = list_params(event, send).get("currency")
        data = spec.data.get(own) if isinstance(own, str) else None
        if own is None:
            both = params(event, send, spec.platforms[send.platform], spec.site)
            if "currency" in both:
                return True
        elif data is not None and data.type == "currency" and data.default is None:
            return True
    return False
