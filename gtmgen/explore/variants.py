"""The scenarios that a tester would think of, for one event."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gtmgen.compile.carriers import CONSENT_KEY
from gtmgen.contract.candidates import holds
from gtmgen.explore.model import RawStep, Stimulus, Variant
from gtmgen.explore.stimulus import Stimuli, in_site_words, put, take_out
from gtmgen.runtime.engine import Json
from gtmgen.spec.hit_names import carrier_name
from gtmgen.spec.model import DataKey, Event

#: What the visitor agreed to before: neither the page's default nor GTM's holds anything back.
_TYPES = ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage")
AGREED: Mapping[str, Any] = {
    "consent_default": dict.fromkeys(_TYPES, "granted"),
    "consent": "granted",
}
DENIED: Mapping[str, Any] = {"consent_default": dict.fromkeys(AGREED["consent_default"], "denied")}
_NUMBERS = ("number", "integer")
_ELSEWHERE = "/somewhere-else"


class Variants:
    """Writes the variants of one event."""

    def __init__(self, stimuli: Stimuli, event: Event, others: Mapping[str, Stimulus]) -> None:
        self._stimuli = stimuli
        self._spec = stimuli.spec
        self._event = event
        self._others = others
        self._stimulus = stimuli.stimulus(event)
        self._keys = stimuli.keys(event)
        self._path_keys = [key for key in self._keys if key.source == "path"]
        self._tests = stimuli.tests(event)
        self._from = event.event_id.source if event.event_id is not None else None
        self._deliveries = stimuli.deliveries(event)
        waits = any(one.consent for one in self._deliveries)
        waits = waits or any(one.consent for one in self._spec.platforms.values())
        self._agreed = AGREED if waits else {}

    @property
    def stimulus(self) -> Stimulus:
        """How the event happens."""
        return self._stimulus

    def happy(self) -> Variant:
        """The event as the spec's examples have it."""
        return self._variant(
            "as the examples have it",
            self._load(),
            self._steps(),
            values=self._values(),
            identity=self._stimuli.identity(),
        )

    def _values(self) -> dict[str, Any]:
        """What the platforms are to receive of the examples."""
        return {
            key.key: self._stimuli.examples.matching(key.key, self._tests)
            for key in self._keys
            if key.source in ("path", "cookie", "query") and key.type != "any"
        }

    def others(self) -> Iterator[Variant]:
        """All other variants."""
        yield from self._twice()
        yield from self._data_forms()
        yield from self._conditions()
        yield from self._lingering()
        yield from self._consent()
        yield from self._navigation()
        yield from self._id_sources()
        yield from self._surroundings()

    # --------------------------------------------------------------------------- plumbing
    def _load(self) -> list[RawStep]:
        return [{"load": self._stimulus.url}]

    def _steps(self) -> list[RawStep]:
        return copy.deepcopy(list(self._stimulus.steps))

    def _variant(
        self,
        title: str,
        *parts: list[RawStep],
        setup: Mapping[str, Any] | None = None,
        **right: Any,
    ) -> Variant:
        setup = self._agreed if setup is None else setup
        steps = [step for part in parts for step in part]
        raw: Json = {"name": f"{self._event.key}: {title}", **copy.deepcopy(dict(setup))}
        if self._stimulus.page and "data_layer" not in raw:
            raw["data_layer"] = copy.deepcopy(list(self._stimulus.page))
        if self._stimulus.cookies:
            raw["cookies"] = dict(self._stimulus.cookies)
        raw["steps"] = steps
        return Variant(title, raw, **right)

    def _with(self, change: Any) -> tuple[list[RawStep], list[Json]]:
        """The steps and the page's messages with their data changed."""
        steps, page = self._steps(), copy.deepcopy(list(self._stimulus.page))
        for step in steps:
            if "push" in step:
                change(step["push"])
        if self._stimulus.is_load:
            for message in page:
                change(message)
        return steps, page

    def _changed(self, title: str, change: Any, **right: Any) -> Variant:
        steps, page = self._with(change)
        setup = {**self._agreed, "data_layer": page} if page else self._agreed
        return self._variant(title, self._load(), steps, setup=setup, **right)

    @property
    def _reads(self) -> bool:
        """Whether GTM has read the page's own messages when the event happens."""
        trigger = self._stimuli.triggers(self._event)[0]
        return trigger.form != "lifecycle" or not str(trigger.argument).endswith("init")

    @property
    def _is_load(self) -> bool:
        return self._stimulus.is_load

    @property
    def _is_repeatable(self) -> bool:
        return bool(self._stimulus.steps) and "push" in self._stimulus.steps[0]

    # ------------------------------------------------------------------------- variants
    def _twice(self) -> Iterator[Variant]:
        if self._is_repeatable:
            steps = self._steps() + self._steps()
            yield self._variant("twice in a row", self._load(), steps, times=2, occurrences=2)
        yield self._variant(
            "and again after a reload",
            self._load(),
            self._steps(),
            [{"reload": True}],
            self._steps(),
            times=2,
            occurrences=2,
        )

    def _data_forms(self) -> Iterator[Variant]:
        optional = [key for key in self._path_keys if not key.required and self._is_free(key)]
        if optional:

            def bare(message: Json) -> None:
                for key in optional:
                    take_out(message, str(key.argument))

            names = frozenset(key.key for key in optional)
            yield self._changed("without optional data", bare, missing=names, may_fail=True)
        numbers = [key for key in self._path_keys if key.type in _NUMBERS]
        for title, written, number in (
            ("a value of 0", 0, 0),
            ("numbers as text", "59.9", 59.9),
            ("numbers with separators", "1,299.00", 1299),
        ):
            fitting = [
                key
                for key in numbers
                if holds(number, [test for test in self._tests if test.left == key.key])
                and not (key.type == "integer" and number != int(number))
            ]
            if fitting:
                values = {key.key: number for key in fitting}

                def change(
                    message: Json, keys: list[DataKey] = fitting, value: str | int = written
                ) -> None:
                    for key in keys:
                        _setter([key], self._as_written(key, value))(message)

                # What the spec says how to read is read.
                is_doubtful = isinstance(written, str) and not all(map(self._decimal, fitting))
                yield self._changed(title, change, values=values, may_fail=is_doubtful)
        yield from self._text_forms()
        yield from self._null_forms()

    def _decimal(self, key: DataKey) -> str | None:
        return key.decimal or self._spec.site.decimal

    def _as_written(self, key: DataKey, value: str | int) -> str | int:
        """A number in a text, with the decimal sign that the spec names."""
        if self._decimal(key) != "," or not isinstance(value, str):
            return value
        return value.translate(str.maketrans(",.", ".,"))

    def _text_forms(self) -> Iterator[Variant]:
        currencies = [key for key in self._path_keys if key.type == "currency"]
        if currencies:
            values = {key.key: "EUR" for key in currencies}
            yield self._changed(
                "a currency in small letters", _setter(currencies, "eur"), values=values
            )
        lists = [key for key in self._path_keys if key.type == "items"]
        if lists:
            example = self._stimuli.examples.of(lists[0].key)
            priced = [{**item, "price": "59.90", "quantity": "2"} for item in example]
            priced = in_site_words(lists[0], priced)
            yield self._changed("prices as text", _setter(lists, priced))
            yield self._changed(
                "one item that is no list",
                _setter(lists, in_site_words(lists[0], example[:1])[0]),
                values={lists[0].key: example[:1]},
                may_fail=True,
            )

    def _null_forms(self) -> Iterator[Variant]:
        parents = {
            str(key.argument).split(".")[0]
            for key in self._path_keys
            if "." in str(key.argument) and self._is_free(key) and not key.required
        }
        if parents and not self._tests:
            keys = frozenset(
                key.key for key in self._path_keys if str(key.argument).split(".")[0] in parents
            )

            def emptied(message: Json) -> None:
                for name in parents & message.keys():
                    message[name] = None

            yield self._changed("data that is null", emptied, missing=keys, may_fail=True)

    def _is_free(self, key: DataKey) -> bool:
        """Whether an event happens without this value."""
        return not any(test.left == key.key for test in self._tests)

    def _conditions(self) -> Iterator[Variant]:
        """Without a value that a condition asks for, nothing is sent."""
        own = {test.left for test in self._event.narrowing.where}
        own |= {
            test.left
            for trigger in self._stimuli.triggers(self._event)
            for test in trigger.narrowing.where
        }
        for key in self._keys:
            tests = [test for test in self._tests if test.left == key.key]
            if key.key not in own or all(test.negate for test in tests) or key.default:
                continue
            title = f"without `{key.key}`, which a condition asks for"
            if key.source == "path":
                path = str(key.argument)
                yield self._changed(title, lambda message, at=path: take_out(message, at), times=0)
            elif key.source in ("cookie", "query"):
                variant = self._variant(title, self._load(), self._steps(), times=0)
                if key.source == "cookie":
                    variant.raw.get("cookies", {}).pop(str(key.argument), None)
                else:
                    load = variant.raw["steps"][0]
                    load["load"] = load["load"].partition("?")[0]
                yield variant

    def _lingering(self) -> Iterator[Variant]:
        if not self._is_repeatable or not self._path_keys:
            return
        earlier: Json = {"event": "an_earlier_event"}
        tokens = []
        for key in self._path_keys:
            if not self._is_free(key) or key.key in self._identifying():
                continue
            if key.type == "items":
                example = self._stimuli.examples.of(key.key)
                others = [_other(example[0], n) for n in (1, 2, 3)]
                put(earlier, str(key.argument), in_site_words(key, others))
                tokens.append("EARLIER-")
            elif key.type in ("string", "any"):
                put(earlier, str(key.argument), f"EARLIER-{key.key}")
                tokens.append("EARLIER-")
            elif key.type in _NUMBERS:
                put(earlier, str(key.argument), 777131)
                tokens.append("777131")
        if not tokens:
            return
        before: list[RawStep] = [{"push": earlier}]
        right: dict[str, Any] = {"tokens": tuple(dict.fromkeys(tokens)), "quiet": frozenset({1})}
        yield self._variant(
            "after an event with more items", self._load(), before, self._steps(), **right
        )
        steps, _ = self._with(self._bare)
        yield self._variant(
            "without data, after an event with it",
            self._load(),
            before,
            steps,
            may_fail=True,
            **right,
        )

    def _identifying(self) -> set[str]:
        return {key.key for key in self._stimuli.personal()}

    def _bare(self, message: Json) -> None:
        for key in self._path_keys:
            if self._is_free(key):
                take_out(message, str(key.argument))

    # ------------------------------------------------------------------------- consent
    def _consent(self) -> Iterator[Variant]:
        waiting = frozenset(one.platform for one in self._deliveries if one.consent)
        if not waiting:
            return
        grant: list[RawStep] = [{"consent": "granted"}]
        everything = frozenset(range(-1, 99))
        yield self._variant(
            "before consent",
            self._load(),
            self._steps(),
            setup=DENIED,
            times=0,
            quiet=everything,
            only=waiting,
        )
        yield self._variant(
            "before consent, and the page sets no default",
            self._load(),
            self._steps(),
            setup={},
            times=0,
            quiet=everything,
            only=waiting,
        )
        if self._is_repeatable:
            yield self._variant(
                "after consent", self._load(), grant, self._steps(), setup=DENIED, only=waiting
            )
            again = self._steps()
            yield self._variant(
                "before consent, then again after it",
                self._load(),
                self._steps(),
                grant,
                again,
                setup=DENIED,
                times=None,
                at_least=1,
                quiet=frozenset({-1, 0, 1}),
                only=waiting,
            )
        yield self._variant(
            "after consent is withdrawn",
            self._load(),
            [{"consent": "denied"}, {"navigate": "/elsewhere"}],
            self._steps(),
            setup={**self._agreed},
            times=None,
            quiet=frozenset(range(2, 99)),
            only=waiting,
        )
        yield from self._withdrawn(waiting, grant)
        yield from self._second_chance(waiting, grant)
        yield from self._held(waiting, grant)
        yield from self._denied_hits(waiting)

    def _withdrawn(self, waiting: frozenset[str], grant: list[RawStep]) -> Iterator[Variant]:
        """The pixel's own script knows of a withdrawal, and of consent that is given again."""
        steps = [*self._load(), *self._steps()]
        deny: list[RawStep] = [{"consent": "denied"}]
        yield self._variant(
            "and then consent is withdrawn", steps, deny, only=waiting, is_withdrawn=True
        )
        if self._is_repeatable:
            yield self._variant(
                "after consent is withdrawn and given again",
                self._load(),
                deny,
                grant,
                self._steps(),
                only=waiting,
            )

    def _denied_hits(self, waiting: frozenset[str]) -> Iterator[Variant]:
        """Hits that reach the server container without consent, whoever sends them."""
        for name in sorted(waiting & self._spec.server_accounts.keys()):
            hit = {
                "event": carrier_name(self._event.key, self._spec.platforms[name]),
                "consent": dict(DENIED["consent_default"]),
                "params": {"event_id": "denied", CONSENT_KEY: "none"},
            }
            yield self._variant(
                "as a hit of a visitor who has refused",
                [{"request": hit}],
                setup={},
                times=0,
                quiet=frozenset({0}),
                only=frozenset({name}),
            )

    def _held(self, waiting: frozenset[str], grant: list[RawStep]) -> Iterator[Variant]:
        """Where calls wait on the page for consent, none is lost and none is sent early."""
        platforms = self._spec.platforms
        holding = frozenset(name for name in waiting if platforms[name].holds_while_denied)
        if not holding:
            return
        steps = [*self._load(), *self._steps(), *([{"wait": "300ms"}] if self._is_load else [])]
        yield self._variant(
            "held until consent comes",
            steps,
            grant,
            # Other platforms, and hits to the server, may have their second chance on it.
            self._banner(),
            setup=DENIED,
            quiet=frozenset(range(-1, len(steps))),
            only=holding,
            page_views=True,
        )

    def _banner(self) -> list[RawStep]:
        """The messages by which the site says that consent is known."""
        pushed: list[RawStep] = []
        for one in self._deliveries:
            if one.second_chance and (step := {"push": one.second_chance}) not in pushed:
                pushed.append(step)
        return pushed

    def _second_chance(self, waiting: frozenset[str], grant: list[RawStep]) -> Iterator[Variant]:
        """Consent that comes 300 ms after the load: what the load held back is sent then, once."""
        chances = {one.platform for one in self._deliveries if one.second_chance}
        if not chances or not self._is_load:
            return
        banner = self._banner()
        yield self._variant(
            "consent comes late",
            self._load(),
            [{"wait": "300ms"}],
            grant,
            banner,
            banner,
            setup=DENIED,
            quiet=frozenset({-1, 0, 1}),
            only=waiting & chances,
            values=self._values() if self._reads else {},
            page_views=True,
        )
        dropping = frozenset(
            name for name in waiting & chances if not self._spec.platforms[name].holds_while_denied
        )
        if (
            dropping
            and self._spec.site.is_spa
            and not self._stimuli.happens_at(self._event, _ELSEWHERE)
        ):
            yield self._variant(
                "consent comes on another page",
                self._load(),
                [{"wait": "300ms"}, {"navigate": _ELSEWHERE}],
                grant,
                banner,
                setup=DENIED,
                times=0,
                only=dropping,
            )

    # ---------------------------------------------------------------------- navigation
    def _navigation(self) -> Iterator[Variant]:
        trigger = self._stimuli.triggers(self._event)[0]
        if not self._spec.site.is_spa or trigger.form != "page":
            return
        start: list[RawStep] = [{"load": _ELSEWHERE}]
        go: list[RawStep] = [{"navigate": self._stimulus.url}]
        same: list[RawStep] = [{"replace": self._stimulus.url}]
        right: Mapping[str, Any] = {"page_views": True}
        yield self._variant("by in-app navigation", start, go, **right)
        yield self._variant("with the router's replaceState", start, go, same, same, **right)
        yield self._variant("with a replaceState after the load", self._load(), same, **right)
        sign = "&" if "?" in self._stimulus.url else "?"
        clicked: list[RawStep] = [{"load": f"{self._stimulus.url}{sign}ttclid=abc&utm_source=x"}]
        yield self._variant("with click IDs that the page strips", clicked, same, **right)

    # ----------------------------------------------------------------- where the ID comes from
    def _id_sources(self) -> Iterator[Variant]:
        key = self._spec.data.get(self._from) if self._from else None
        if key is not None and key.source == "path":
            value = "T-1234"
            message: Json = {}
            put(message, str(key.argument), value)
            steps, page = self._with(lambda one: take_out(one, str(key.argument)))
            page = [one for one in page if one]
            prefix = self._event.event_id.prefix if self._event.event_id else ""
            yield self._variant(
                "with the ID in the data layer before GTM",
                self._load(),
                steps,
                setup={**self._agreed, "data_layer": [*page, message]},
                event_id=f"{prefix}{value}" if key.scope == "model" and self._reads else None,
            )
        if self._is_repeatable:
            site_id = {**copy.deepcopy(self._stimulus.steps[0]["push"])}
            put(site_id, self._spec.site.event_id_key, "server-77")
            yield self._variant(
                "with an ID of the site's own",
                self._load(),
                [{"push": site_id}],
                event_id="server-77",
            )
            lingering = self._steps()
            if self._from is None:
                yield self._variant(
                    "after an event with an ID of the site's own",
                    self._load(),
                    [{"push": site_id}],
                    lingering,
                    times=2,
                    occurrences=2,
                )
            yield self._by_gtag()

    def _by_gtag(self) -> Variant:
        message = self._stimulus.steps[0]["push"]
        one = {"gtag": ["event", message["event"], {"value": 1}]}
        steps: list[RawStep] = [copy.deepcopy(one), copy.deepcopy(one)]
        keys = frozenset(key.key for key in self._path_keys)
        return self._variant(
            "by gtag()", self._load(), steps, times=None, occurrences=2, missing=keys, may_fail=True
        )

    # ---------------------------------------------------------------------- surroundings
    def _surroundings(self) -> Iterator[Variant]:
        packs = {one.platform: self._spec.platforms[one.platform].pack for one in self._deliveries}
        scripts = frozenset(
            name for name, pack in packs.items() if pack.observer and pack.observer.script
        )
        if scripts:
            yield self._variant(
                "with the platforms' scripts blocked",
                self._load(),
                self._steps(),
                setup={**self._agreed, "block": sorted(scripts)},
                state="queued",
                only=scripts,
                may_fail=True,
            )
        for name in sorted(scripts):
            observer = packs[name].observer
            if observer is not None and observer.neighbour is not None:
                account, file = observer.neighbour
                yield self._variant(
                    "beside a pixel of the page's own",
                    self._load(),
                    self._steps(),
                    setup={**self._agreed, "html": _read(file)},
                    neighbour=account,
                )
                own = str(self._spec.platforms[name].setting(observer.account))
                yield self._variant(
                    "on a page that has loaded the same pixel",
                    self._load(),
                    self._steps(),
                    setup={**self._agreed, "html": _read(file).replace(account, own)},
                    loaded_by_page=name,
                    only=frozenset({name}),
                )
        yield self._variant(
            "under another name of the data layer",
            self._load(),
            self._steps(),
            self._steps() if self._is_repeatable else [{"reload": True}],
            setup={**self._agreed, "data_layer_name": "gtmLayer"},
            times=None,
            occurrences=2,
            # GTM's own model is another one's, too; there it keeps what gtag() brings.
            missing=frozenset(
                key.key
                for key in self._path_keys
                if key.scope != "model" and not str(key.argument).startswith("eventModel.")
            ),
            may_fail=True,
        )


def _setter(keys: list[DataKey], value: Any) -> Any:
    paths = [str(key.argument) for key in keys]

    def change(message: Json) -> None:
        for path in paths:
            if path.split(".")[0] in message:
                put(message, path, copy.deepcopy(value))

    return change


def _other(item: Json, number: int) -> Json:
    """An item of another event."""
    return {
        name: f"EARLIER-{number}" if isinstance(value, str) else value
        for name, value in {**item, "item_brand": "x"}.items()
    }


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
