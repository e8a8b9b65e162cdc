"""Random specs and visits in which consent comes in any order, and what must go out of each.

The oracle says it from the model alone: what each platform receives of each event, in its order,
with the values that the event had. It knows nothing of gates, triggers and templates.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field

TYPES = ("ad_storage", "analytics_storage")
PIXELS = {"tiktok": "CFIXTUREPIXEL0000001", "tiktok_b": "CFIXTUREPIXEL0000002"}
STREAMS = {"ga4": "G-FIXTURE001", "ga4_b": "G-FIXTURE002"}
EVENTS = {  # TikTok's name, and what the event can fire on
    "seen": ("ViewContent", [["page"]]),
    "multi": ("Search", [["page", "x"], ["x", "page"], ["page", "load"], ["load", "page", "x"]]),
    "lead": ("Lead", [["x"], ["y"], ["x", "y"]]),
    "contact": ("Contact", [["y"], ["page", "y"]]),
    "more": ("CustomizeProduct", [["page", "xy"], ["xy"]]),
}
TRIGGERS = {
    "page": "{page: product}",
    "load": "{lifecycle: window_loaded}",
    "x": "{event: x}",
    "y": "{event: y}",
    "xy": "{event_matches: '^[xy]$'}",
}
WHERE = {"no teaser": "{kind: {not_equals: teaser}}", "shoe": "{kind: shoe}"}
BANNERS = {"event": "{event: consent_given}", "event_matches": "{event_matches: '^consent_g'}"}
RAW_BANNER = """\
gtm:
  triggers:
    raw:
      {type: CUSTOM_EVENT, custom_event_filter: [{equals: consent_given, left: "{{_event}}"}]}
"""
ALL = dict.fromkeys(TYPES, "granted")
UPDATES = (
    ALL,
    ALL,
    {"ad_storage": "granted"},
    {"analytics_storage": "granted"},
    {"ad_storage": "denied"},
    dict.fromkeys(TYPES, "denied"),
    {"ad_storage": "granted", "analytics_storage": "denied"},
)


@dataclass
class Unit:
    """One event on one platform, or its page view; ``lost`` waits for consent."""

    platform: str
    event: str
    on: list[str]
    consent: tuple[str, ...]
    holds: bool
    once: str = "event"
    where: tuple[str, ...] = ()
    excepts: bool = False
    lost: list = field(default_factory=list)
    is_sent: bool = False

    @property
    def has_second_chance(self):
        return bool({"page", "load", "any page"} & set(self.on))

    def takes(self, moment, data):
        names = {moment, "xy"} if moment in ("x", "y") else {moment}
        if moment in ("page", "other page"):
            names.add("any page")
        kind = data.get("kind")
        if not names & set(self.on) or (self.excepts and kind == "staff"):
            return False
        if "shoe" in self.where and kind != "shoe":
            return False
        return not ("no teaser" in self.where and kind == "teaser")


class Visit:
    """A random spec, and what a visitor and the site do."""

    def __init__(self, seed):
        self._random = chance = random.Random(seed)
        self._number = 0
        self.is_spa = chance.random() < 0.7
        self.banner = chance.choice(["event", "event_matches", "raw"])
        self.units = []
        self.platforms = {}
        for name in (*PIXELS, *STREAMS):
            if name in ("tiktok", "ga4") or chance.random() < 0.4:
                self.platforms[name] = self._make_platform(name)
        self.events = {}
        for name, (_, ons) in EVENTS.items():
            if chance.random() < 0.7 or name == "seen":
                self.events[name] = self._make_event(name, chance.choice(ons))
        self.path = self.url = chance.choice(["/products/a", "/products/a", "/cart"])
        self.first = self._make_data()
        self.steps = [step for _ in range(chance.randint(2, 9)) for step in self._make_steps()]
        if chance.random() < 0.7:
            self.steps += [("update", ALL), ("given", self._make_data())]

    def _make_platform(self, name):
        chance = self._random
        unit = Unit(
            name,
            "page view",
            ["any page"],
            self._choose_types(),
            name in PIXELS and chance.random() < 0.5,
            where=tuple(filter(None, [chance.choice([None, None, *WHERE])])),
            excepts=chance.random() < 0.25,
        )
        has_page_view = chance.random() < 0.5
        if has_page_view:
            self.units.append(unit)
        return unit, has_page_view

    def _make_event(self, name, on):
        chance = self._random
        where, excepts = chance.choice([None, None, *WHERE]), chance.random() < 0.3
        units = []
        for platform, (own, _) in self.platforms.items():
            consent = self._choose_types() if chance.random() < 0.2 else own.consent
            once = chance.choice(["event", "event", "page"])
            all_where = (*own.where, *filter(None, [where]))
            is_excepted = excepts or own.excepts
            units.append(Unit(platform, name, on, consent, own.holds, once, all_where, is_excepted))
        self.units += units
        return on, where, excepts, units

    def _choose_types(self):
        return self._random.choice([TYPES[:1], TYPES[1:], TYPES])

    def _make_data(self):
        self._number += 1
        number, kinds = self._number, ["shoe", "shoe", "shoe", "teaser", "staff"]
        data = {"value": number, "kind": self._random.choice(kinds)}
        data["items"] = [{"item_id": f"I{number}", "price": number}]
        if self._random.random() < 0.4:
            data["label"] = f"L{number}"
        return data

    def _make_steps(self):
        chance, data = self._random, self._make_data()
        sort = chance.choice(
            ["update", "update", "given", "given", "agree", "push", "push", "push", "page", "apart"]
        )
        if sort == "update":
            return [("update", chance.choice(UPDATES))]
        if sort == "given":
            return [("given", data)]
        if sort == "agree":
            return [("update", ALL), ("given", data)]
        if sort == "apart":  # what the site pushes without an event, and consent before the event
            return [("data", data), ("update", chance.choice(UPDATES)), (chance.choice("xy"), data)]
        if sort == "push":
            if chance.random() < 0.2:
                data["event_id"] = f"S{self._number}"
            return [(chance.choice("xy"), data)]
        if not self.is_spa:
            return [("hash", data)]
        paths = {"/products/a", "/products/b", "/products/c", "/cart"} - {self.path}
        self.path = chance.choice(sorted(paths))
        return [(self.path, data)]

    def spec(self):
        """The spec as YAML."""
        granted_on = "raw" if self.banner == "raw" else "given"
        lines = ["gtmgen: 1", "project: fixture", "container: {gtm: GTM-FIXTURE}"]
        navigation = "spa" if self.is_spa else "pages"
        lines.append(f"site: {{hosts: [shop.example], navigation: {navigation}}}")
        default = ", ".join(f"{name}: denied" for name in TYPES)
        lines.append(f"consent: {{default: {{{default}}}, granted_on: {granted_on}}}")
        lines += ["triggers:", "  staff: {event_matches: '.*', where: {kind: staff}}"]
        if self.banner != "raw":
            lines.append(f"  given: {BANNERS[self.banner]}")
        lines += ['pages: {product: {path: "/products/*"}}', "platforms:"]
        for name, (own, has_page_view) in self.platforms.items():
            account = (
                f"pack: tiktok, pixel_id: {PIXELS[name]}, "
                f"while_denied: {'hold' if own.holds else 'drop'}"
                if name in PIXELS
                else f"pack: ga4, measurement_id: {STREAMS[name]}"
            )
            words = [account, f'page_view: "{"manual" if has_page_view else "off"}"']
            words.append(f"consent: [{', '.join(own.consent)}]")
            words += [f"where: {WHERE[one]}" for one in own.where]
            words += ["except: [staff]"] * own.excepts
            lines.append(f"  {name}: {{{', '.join(words)}}}")
        lines.append("data:")
        lines.append("  value: {path: value, type: number, scope: event}")
        lines.append("  items: {path: items, type: items, scope: event}")
        lines.append("  kind: {path: kind, type: string, scope: event}")
        lines += ["  label: {path: label}", "events:"]
        for name, (on, where, excepts, units) in self.events.items():
            words = [f"on: [{', '.join(TRIGGERS[one] for one in on)}]"]
            words += [f"where: {WHERE[where]}"] if where else []
            words += ["except: [staff]"] * excepts
            words.append(
                "params: {value: value, items: items, currency: {const: EUR}, search_term: label}"
            )
            sends = [
                f"{one.platform}: {{event: {EVENTS[name][0] if one.platform in PIXELS else name}, "
                f"once: {one.once}, consent: [{', '.join(one.consent)}]}}"
                for one in units
            ]
            words.append(f"send: {{{', '.join(sends)}}}")
            lines.append(f"  {name}: {{{', '.join(words)}}}")
        return "\n".join(lines) + "\n" + (RAW_BANNER if self.banner == "raw" else "")

    def scenario(self):
        """What the page and its visitor do, for the runtime."""
        steps = []
        for sort, data in self.steps:
            if sort == "update":
                steps.append({"gtag": ["consent", "update", data]})
            elif sort == "given":
                steps.append({"push": {"event": "consent_given", **data}})
            elif sort == "data":
                steps.append({"push": data})
            elif sort == "hash":
                steps.append({"hash": f"h{data['value']}"})
            elif sort.startswith("/"):
                steps += [{"push": data}, {"pushState": sort}]
            else:
                steps.append({"push": {"event": sort, **data}})
        url = f"https://shop.example{self.url}"
        return {"url": url, "dataLayer": [self.first], "steps": steps}


class Oracle:
    """What must go out of a visit: (platform, event) -> (value, item ID, label, which event)."""

    def __init__(self, visit):
        self._visit = visit
        self._consent = dict.fromkeys(TYPES, False)
        self._label = None
        self._waits = False
        self.sent = defaultdict(list)
        self._happen("page" if "products" in visit.url else "other page", visit.first, "load")
        self._happen("load", visit.first, "window loaded")
        for index, (sort, data) in enumerate(visit.steps):
            self._play(sort, data, str(index))

    def _play(self, sort, data, which):
        if sort == "update":
            self._update({name: word == "granted" for name, word in data.items()})
        elif sort == "given":
            self._label = data.get("label", self._label)
            self._give_back()
            self._waits = not all(self._consent[name] for name in self._awaited())
        elif sort.startswith("/"):
            for unit in self._visit.units:
                unit.lost = unit.lost if unit.holds else []
            self._happen("page" if "products" in sort else "other page", data, which)
        elif sort != "hash":
            self._happen(sort, data, which)

    def _happen(self, moment, data, which):
        self._label = data.get("label", self._label)
        occurrence = (data["value"], data["items"][0]["item_id"], self._label, which)
        for unit in self._visit.units:
            if not unit.takes(moment, data) or (unit.once == "page" and unit.is_sent):
                continue
            if self._is_granted(unit):
                self._send(unit, occurrence)
            elif unit.holds or unit.has_second_chance:
                unit.lost.append(occurrence)
                unit.is_sent = unit.holds

    def _update(self, consent):
        granted = [name for name in consent if consent[name] and not self._consent[name]]
        self._consent |= consent
        for unit in self._visit.units:
            if unit.holds and self._is_granted(unit):
                self._send(unit, *unit.lost)
                unit.lost = []
        if self._waits and set(granted) & self._awaited():
            self._waits = not all(self._consent[name] for name in self._awaited())
            self._give_back()

    def _give_back(self):
        for unit in self._visit.units:
            if unit.holds or not unit.lost or not self._is_granted(unit):
                continue
            if unit.once == "page":
                self._send(unit, *([] if unit.is_sent else unit.lost[:1]))
            else:
                self._send(unit, *unit.lost[: len(unit.on)])
            unit.lost = []

    def _awaited(self):
        """The types on which a message of the banner's that comes first has to wait."""
        own = [unit for unit, _ in self._visit.platforms.values()]
        return {
            name for unit in (*own, *self._visit.units) if not unit.holds for name in unit.consent
        }

    def _is_granted(self, unit):
        return all(self._consent[name] for name in unit.consent)

    def _send(self, unit, *occurrences):
        self.sent[unit.platform, unit.event] += occurrences
        unit.is_sent = unit.is_sent or bool(occurrences)
