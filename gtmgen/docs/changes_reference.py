"""What has changed at the platforms, the pages, the data and the site."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.docs.changes_deliveries import consent_change
from gtmgen.docs.changes_model import Change, Who
from gtmgen.docs.changes_parts import Subject
from gtmgen.docs.model import DataDoc, Documentation, PageDoc, PlatformDoc

_ALL: tuple[Who, ...] = ("marketing", "developers", "backend", "qa")
_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")
_CHECKED: tuple[Who, ...] = ("developers", "qa")


def platform_changes(before: Documentation, after: Documentation) -> Iterator[Change]:
    """Platforms that are new or gone, and their settings."""
    old = {item.key: item for item in before.platforms}
    new = {item.key: item for item in after.platforms}
    for key, platform in new.items():
        subject = Subject("platform", key, platform.title)
        if key in old:
            yield from _platform(subject, old[key], platform)
        else:
            yield subject.change("new", "platform_new", _ALL)
    for key, platform in old.items():
        if key not in new:
            yield Subject("platform", key, platform.title).change("gone", "platform_gone", _ALL)


def _platform(subject: Subject, old: PlatformDoc, new: PlatformDoc) -> Iterator[Change]:
    if old.consent != new.consent:
        yield consent_change(subject, old.consent, new.consent, {}, "platform_consent")
    was = {item.name: item.value for item in old.settings if item.name != "consent"}
    now = {item.name: item.value for item in new.settings if item.name != "consent"}
    yield from _named(subject, "setting", was, now, _ALL)
    identified = [{name: ", ".join(keys) for name, keys in side.identify} for side in (old, new)]
    yield from _named(subject, "identify", identified[0], identified[1], _ALL)
    yield from subject.sentences("fact", old.facts, new.facts, _ALL)
    tags = [{tag.name: tag.event or "" for tag in side.tags} for side in (old, new)]
    yield from subject.sentences("platform_tag", tags[0], tags[1], _CHECKED)


def _named(
    subject: Subject, about: str, old: dict[str, str], new: dict[str, str], who: tuple[Who, ...]
) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        was, now = old.get(name, ""), new.get(name, "")
        if was != now:
            ending = "" if was and now else "_new" if now else "_gone"
            sort = "changed" if was and now else "new" if now else "gone"
            values = {"name": name}
            yield subject.change(
                sort,  # type: ignore[arg-type]
                about + ending,
                who,
                before=was,
                after=now,
                values=values,
            )


def page_changes(
    before: Documentation, after: Documentation, renamed: dict[str, str]
) -> Iterator[Change]:
    """Pages that are new, gone, or elsewhere."""
    old = {item.key: item for item in before.pages}
    was = {new: key for key, new in renamed.items()}
    kept = set()
    for page in after.pages:
        earlier = old.get(was.get(page.key, page.key))
        subject = Subject("page", page.key, page.title, page.events)
        if earlier is None:
            paths = ", ".join(page.paths)
            yield Subject("page", page.key, page.title).change(
                "new", "page_new", _SEEN, after=paths
            )
            continue
        kept.add(earlier.key)
        yield from _page(subject, earlier, page)
    for page in before.pages:
        if page.key not in kept:
            paths = ", ".join(page.paths)
            subject = Subject("page", page.key, page.title)
            yield subject.change("gone", "page_gone", _SEEN, before=paths)


def _page(subject: Subject, old: PageDoc, new: PageDoc) -> Iterator[Change]:
    alone = Subject(subject.group, subject.key, subject.title)
    if old.key != new.key:
        yield alone.change("changed", "key", _CHECKED, before=old.key, after=new.key)
    elif old.title != new.title:
        yield from alone.field("title", old.title, new.title, ("marketing",))
    yield from alone.field("description", old.description, new.description, ("marketing",))
    for label, was, now in (
        ("path", old.paths, new.paths),
        ("hosts", old.hosts, new.hosts),
        ("query", old.query, new.query),
    ):
        yield from subject.field(label, ", ".join(was), ", ".join(now), _SEEN)


def data_changes(
    before: Documentation, after: Documentation, renamed: dict[str, str]
) -> Iterator[Change]:
    """Data keys that are new, gone, or read otherwise."""
    old = {item.key: item for item in before.data}
    was = {new: key for key, new in renamed.items()}
    kept = set()
    for data in after.data:
        earlier = old.get(was.get(data.key, data.key))
        if earlier is None:
            subject = Subject("data", data.key, data.key)
            yield subject.change("new", "data_new", _CHECKED, after=data.source)
            continue
        kept.add(earlier.key)
        yield from _data(Subject("data", data.key, data.key, data.events), earlier, data)
    for data in before.data:
        if data.key not in kept:
            subject = Subject("data", data.key, data.key)
            yield subject.change("gone", "data_gone", _CHECKED, before=data.source)


def _data(subject: Subject, old: DataDoc, new: DataDoc) -> Iterator[Change]:
    alone = Subject(subject.group, subject.key, subject.title)
    if old.key != new.key:
        yield alone.change("changed", "key", _CHECKED, before=old.key, after=new.key)
    if old.path is not None and new.path is not None:
        yield from subject.text("data_path", old.path, new.path, _SEEN)
    else:
        yield from subject.text("data_source", old.source, new.source, _SEEN)
    yield from subject.field("type", old.type, new.type, _CHECKED)
    if old.required != new.required:
        about = "data_required" if new.required else "data_optional"
        yield subject.change("changed", about, _CHECKED)
    if old.pii != new.pii:
        yield alone.change("changed", "data_pii" if new.pii else "data_no_pii", _ALL)
    yield from subject.field("default", old.default or "", new.default or "", _CHECKED)
    yield from subject.text("data_lifetime", old.lifetime, new.lifetime, _CHECKED)
    if old.type == new.type:
        yield from subject.sentences("fact", old.facts, new.facts, _CHECKED)
    yield from alone.field("description", old.description, new.description, ("developers",))
    # Its example is left out: the spec may give none, and then it follows from other things.


def site_changes(before: Documentation, after: Documentation) -> Iterator[Change]:
    """What holds for the whole site, and the container."""
    subject = Subject("site", after.project, after.project)
    old, new = before.site, after.site
    yield from subject.field("container", before.gtm, after.gtm, _CHECKED)
    yield from subject.field("workspace", before.workspace, after.workspace, ("developers",))
    yield from subject.field("hosts", ", ".join(old.hosts), ", ".join(new.hosts), _SEEN)
    yield from subject.sentences("fact", old.facts, new.facts, _SEEN)
