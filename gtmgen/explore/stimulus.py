"""How an event of the spec happens: the page, the message with its data, what is in the address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from gtmgen.compile.regex import path_pattern
from gtmgen.container.references import list_texts
from gtmgen.contract.build import examples_of
from gtmgen.contract.candidates import holds
from gtmgen.contract.sample import sample
from gtmgen.explore.messages import in_site_words, make_message
from gtmgen.explore.model import ExpectedDelivery, Stimulus
from gtmgen.runtime.engine import Json
from gtmgen.spec.effective import event_name, params, trigger_of
from gtmgen.spec.model import DataKey, Event, Page, Platform, Spec, Test, TriggerSpec
from gtmgen.spec.reference_checks import match_pages

_LOADS = ("page", "lifecycle")
_NAMES = ("first_name", "last_name")
_AS_GIVEN = ("email", "phone_number", "external_id")
IS_HASH = re.compile("[0-9a-fA-F]{64}").fullmatch


class Stimuli:
    """Writes the stimulus of each event of one spec."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.examples = examples_of(spec)

    # ------------------------------------------------------------------------ what is sent
    def deliveries(self, event: Event) -> list[ExpectedDelivery]:
        """The platforms that receive an event; those whose tag is paused do not."""
        expected = []
        for send in event.send:
            platform = self.spec.platforms[send.platform]
            name = event_name(event, send, platform)
            if name is None or send.paused or platform.pack.observer is None:
                continue
            sources = params(event, send, platform, self.spec.site)
            pack_params = platform.pack.params
            described = {}
            for canonical, source in sources.items():
                if not isinstance(source, str) or source not in self.spec.data:
                    continue
                if canonical in pack_params:
                    described[pack_params[canonical].to] = (pack_params[canonical].type, source)
                elif platform.pack.passes_unknown_params:
                    described[canonical] = (self.spec.data[source].type, source)
            expected.append(
                ExpectedDelivery(
                    send.platform,
                    name,
                    described,
                    send.once == "page",
                    platform.consent if send.consent is None else send.consent,
                    self._consent_message(platform),
                )
            )
        return expected

    def _consent_message(self, platform: Platform) -> Json | None:
        """The site's message on which a platform's held back tags get their second chance."""
        trigger = self.spec.triggers.get(platform.after_consent or "")
        if trigger is None or trigger.form != "event":
            return None
        tests = trigger.narrowing.where
        keys = [self.spec.data[test.left] for test in tests if test.left in self.spec.data]
        for key in keys:
            own_tests = [test for test in tests if test.left == key.key]
            if not holds(self.examples.matching(key.key, tests), own_tests):
                return None  # no example says what the banner does
        return {"event": str(trigger.argument), **make_message(self._paths(keys, tests))}

    def triggers(self, event: Event) -> list[TriggerSpec]:
        """What an event fires on, named triggers resolved."""
        return [trigger_of(self.spec, item) for item in event.on]

    def tests(self, event: Event) -> tuple[Test, ...]:
        """The conditions that its first trigger, the event and its sends have."""
        conditions = list(event.narrowing.where)
        for trigger in self.triggers(event)[:1]:
            conditions.extend(trigger.narrowing.where)
        for send in event.send:
            conditions.extend(send.where)
        return tuple(conditions)

    def keys(self, event: Event) -> list[DataKey]:
        """The data keys that an event reads."""
        names: list[str] = [test.left for test in self.tests(event)]
        for send in event.send:
            sources = params(event, send, self.spec.platforms[send.platform], self.spec.site)
            names.extend(source for source in sources.values() if isinstance(source, str))
        if event.event_id is not None:
            names.append(event.event_id.source)
        return [self.spec.data[name] for name in self._with_inputs(names)]

    def _with_inputs(self, names: Iterable[str]) -> list[str]:
        """Data keys, each behind those that it is made from."""
        found: dict[str, None] = {}
        for name in names:
            if name in self.spec.data and name not in found:
                found.update(dict.fromkeys(self._with_inputs(self.spec.data[name].inputs)))
                found[name] = None
        return list(found)

    def personal(self) -> list[DataKey]:
        """The data keys that say who the visitor is, and those the spec calls personal."""
        names = [name for name, data in self.spec.data.items() if data.pii]
        for platform in self.spec.platforms.values():
            for setting in platform.pack.data_settings:
                value = platform.settings.get(setting)
                if isinstance(value, dict):
                    names.extend(list_texts(value))
        return [self.spec.data[name] for name in dict.fromkeys(names) if name in self.spec.data]

    def packs_in_clear(self, key: DataKey) -> frozenset[str]:
        """The packs that have a data key in a setting of which they hash nothing by that name.

        GA4's ``user_id`` is one: who names it there sends it.
        """
        return frozenset(
            platform.pack.name
            for platform in self.spec.platforms.values()
            for setting in platform.pack.data_settings
            for name, keys in platform.data_keys(setting)
            if key.key in keys
            and name not in platform.pack.settings["properties"][setting].get("x-hashed", ())
        )

    def identity(
        self, other: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, dict[str, str]]:
        """What each platform is to know of the visitor: the SHA-256 of the examples.

        ``other`` are values in their place, by data key; they are IDs, which nothing normalises.
        """
        by_platform: dict[str, dict[str, str]] = {}
        for name, platform in self.spec.platforms.items():
            keys = platform.settings.get("identify")
            if not isinstance(keys, dict):
                continue
            names = by_platform.setdefault(name, {})
            for identifier, key in keys.items():
                data = self.spec.data.get(key) if isinstance(key, str) else None
                if data is None or (data.key in other and identifier != "external_id"):
                    continue
                if data.source in ("path", "cookie"):
                    value = str(other.get(data.key, self.examples.of(data.key))).strip()
                    if identifier in _NAMES and value.isalpha():
                        value = value.lower()
                    elif identifier not in _AS_GIVEN:
                        continue  # what the platform makes of it is the pixel's own tests' affair
                    value = value.lower() if data.type == "email" else value
                    is_hash = IS_HASH(value)
                    digest = hashlib.sha256(value.encode()).hexdigest()
                    if data.type != "phone" or value.startswith("+"):
                        names[identifier] = value if is_hash else digest
        return by_platform

    # ---------------------------------------------------------------------- how it happens
    def stimulus(self, event: Event) -> Stimulus:
        """The first trigger's way."""
        trigger = self.triggers(event)[0]
        keys = self.keys(event)
        page = [*trigger.narrowing.pages, *event.narrowing.pages]
        if trigger.form == "page":
            page = [*map(str, trigger.argument), *page]
        tests = self.tests(event)
        url = self._url(page, keys, tests)
        if self._has_other_moments(event, url):
            return Stimulus(unknown="several of its triggers fire on one page")
        message = self.message(event)
        cookies = {
            str(key.argument): quote(str(self.examples.matching(key.key, tests)), safe="")
            for key in [*keys, *self.personal()]
            if key.source == "cookie" and isinstance(key.argument, str)
        }
        visitor = make_message(self._paths(self.personal(), ()))
        before = [visitor] if visitor else []
        if trigger.form in ("event", "event_matches"):
            name = self._name(trigger)
            if name is None:
                return Stimulus(unknown=f"no name is known that `{trigger.argument}` matches")
            push = {"push": {"event": name, **message}}
            return Stimulus(url, (push,), tuple(before), cookies)
        if trigger.form == "history":
            data = ({"push": message},) if message else ()
            return Stimulus(url, (*data, {"navigate": "/another-page"}), tuple(before), cookies)
        if message:
            before.append(message)
        if trigger.form in _LOADS:
            return Stimulus(url, (), tuple(before), cookies)
        return Stimulus(unknown=f"it takes a page's elements (`{trigger.form}`)")

    def _has_other_moments(self, event: Event, url: str) -> bool:
        """Whether a page load or a navigation fires a trigger beside the first one."""
        return any(
            other.form in ("lifecycle", "history")
            or (other.form == "page" and self._is_shown_at(other, url.partition("?")[0]))
            for other in self.triggers(event)[1:]
        )

    def happens_at(self, event: Event, path: str) -> bool:
        """Whether the page at a path can make an event happen by being shown."""
        return any(
            self._is_shown_at(trigger, path)
            for trigger in self.triggers(event)
            if trigger.form == "page"
        )

    def _is_shown_at(self, trigger: TriggerSpec, path: str) -> bool:
        pages = self.spec.pages
        patterns = map(str, trigger.argument)
        names = {name for pattern in patterns for name in match_pages(pattern, pages)}
        return any(
            not pages[name].paths or re.search(path_pattern(pages[name].paths) or "", path)
            for name in names
        )

    def _name(self, trigger: TriggerSpec) -> str | None:
        if trigger.form == "event":
            return str(trigger.argument)
        return sample(str(trigger.argument), ignore_case=bool(trigger.options.get("ignore_case")))

    def message(self, event: Event) -> Json:
        """The event's data in the data layer, without its name."""
        return make_message(self._paths(self.keys(event), self.tests(event)))

    def _paths(self, keys: Iterable[DataKey], tests: tuple[Test, ...]) -> Iterator[tuple[str, Any]]:
        for key in keys:
            if key.source == "path" and isinstance(key.argument, str):
                yield key.argument, in_site_words(key, self.examples.matching(key.key, tests))

    def _url(self, pages: list[str], keys: Iterable[DataKey], tests: tuple[Test, ...]) -> str:
        patterns = [match_pages(pattern, self.spec.pages) for pattern in pages]
        pages_of_event = [self.spec.pages[name] for names in patterns for name in names]
        path, query = _address(pages_of_event[0]) if pages_of_event else ("/", {})
        for key in keys:
            if key.source == "query":
                query[str(key.argument)] = str(self.examples.matching(key.key, tests))
        return f"{path}?{urlencode(query)}" if query else path


def _address(page: Page) -> tuple[str, dict[str, str]]:
    path = page.paths[0] if page.paths else "/"
    path = re.sub(r"\{[^}]*\}|\*\*|\*", "one", path)
    query = {name: values[0] if values[0] != "*" else "one" for name, values in page.query}
    if page.hosts and "*" not in page.hosts[0]:
        path = f"https://{page.hosts[0]}{path}"
    return path, query
