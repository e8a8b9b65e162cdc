"""Which personal data goes where, in what form and under which consent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from gtmgen.compile.carriers import IDENTIFIER_PREFIX
from gtmgen.docs.deliveries import Tools, describe_consent
from gtmgen.docs.event_model import EventDoc
from gtmgen.docs.model import PersonalDoc, PrivacyDoc
from gtmgen.spec.model import Platform


def document_privacy(tools: Tools, events: Iterable[EventDoc]) -> PrivacyDoc:
    """Everything that says, or may say, who a visitor is."""
    documented = tuple(events)
    rows = [
        row
        for _, platform in sorted(tools.spec.platforms.items())
        for row in (*_list_identity(tools, platform), *_list_in_events(tools, platform, documented))
    ]
    rows.extend(_to_server(tools))
    rows.extend(_list_in_own_tags(tools, documented))
    sent = {row.data for row in rows}
    unsent = [
        data.key for data in tools.spec.data.values() if data.is_personal and data.key not in sent
    ]
    return PrivacyDoc(tuple(rows), tuple(unsent), has_raw_tags=bool(tools.spec.raw_tags))


def _list_identity(tools: Tools, platform: Platform) -> Iterator[PersonalDoc]:
    """What goes along with every event: identifiers, and properties that hold personal data."""
    for setting in sorted(platform.pack.data_settings):
        schema = platform.pack.settings["properties"][setting]
        hashed = frozenset(schema.get("x-hashed", ()))
        for name, keys in platform.data_keys(setting):
            for key in keys:
                data = tools.spec.data.get(key)
                if schema.get("x-personal") or (data is not None and data.is_personal):
                    consent = describe_consent(tools.words, platform, platform.consent)
                    yield _make_row(tools, platform, key, name, consent, is_hashed=name in hashed)


def _list_in_events(
    tools: Tools, platform: Platform, events: Iterable[EventDoc]
) -> Iterator[PersonalDoc]:
    """Personal data among the parameters of events, which nothing hashes."""
    senders: dict[tuple[str, str, str], list[str]] = {}
    for event in events:
        for sent in event.deliveries:
            for param in sent.params if sent.platform == platform.name else ():
                data = tools.spec.data.get(param.data or "")
                if data is not None and data.is_personal:
                    flow = (data.key, param.name, sent.consent_text)
                    senders.setdefault(flow, []).append(event.key)
    for (key, name, consent), named in senders.items():
        yield _make_row(tools, platform, key, name, consent, events=tuple(named))


def _to_server(tools: Tools) -> Iterator[PersonalDoc]:
    """What hits bring to the server container as it is, because hashes are made there."""
    server = tools.spec.server
    for name in tools.spec.server_accounts:
        platform = tools.spec.platforms[name]
        half = platform.pack.server
        if server is None or half is None or half.identifiers is None:
            continue
        consent = describe_consent(tools.words, platform, platform.consent)
        hashed = platform.pack.settings["properties"][half.identifiers].get("x-hashed", ())
        for field, keys in platform.data_keys(half.identifiers):
            for key in keys:
                sent_as = f"{IDENTIFIER_PREFIX}{field}"
                row = _make_row(tools, platform, key, sent_as, consent)
                form = tools.words("privacy.server", platform=platform.title)
                yield row._replace(
                    platform="",
                    receiver=urlsplit(server.url).netloc,
                    form=form if field in hashed else row.form,
                )


def _list_in_own_tags(tools: Tools, events: Iterable[EventDoc]) -> Iterator[PersonalDoc]:
    """Personal data that raw tags of events read; what becomes of it there, nobody can tell."""
    for event in events:
        for tag in event.own_tags:
            for value in tag.values:
                for data in (tools.spec.data[key] for key in value.data if key in tools.spec.data):
                    if data.is_personal:
                        yield PersonalDoc(
                            data=data.key,
                            description=data.description,
                            platform="",
                            receiver=tag.name,
                            sent_as=value.name,
                            form=tools.words("privacy.unknown"),
                            consent_text=tools.words("privacy.unknown"),
                            events=(event.key,),
                        )


def _make_row(
    tools: Tools,
    platform: Platform,
    key: str,
    name: str,
    consent: str,
    *,
    is_hashed: bool = False,
    events: tuple[str, ...] = (),
) -> PersonalDoc:
    data = tools.spec.data.get(key)
    return PersonalDoc(
        data=key,
        description=data.description if data is not None else "",
        platform=platform.name,
        receiver=platform.title,
        sent_as=name,
        form=tools.words("privacy.hashed" if is_hashed else "privacy.plain"),
        consent_text=consent,
        events=events,
    )
