"""Random visits of a single-page app: where its router goes, what is pushed, when consent comes.

The oracle tells pages apart by the spec's words alone, and knows which messages an event has: those
since the site's event before it and, where a page is shown, since the page before it.
"""

import json
from urllib.parse import urlsplit

from scenarios.consent_orders import ALL, UPDATES, Oracle, Visit

PATHS = ["/products/a", "/products/b", "/products/c/", "/products/c", "/cart", "/", "/en"]
QUERIES = ["", "", "?x=1", "?x=2&y=1", "?y=1&x=2", "?utm_source=z", "?x=1&gclid=3", "?x=1&"]
IGNORED = ("utm_", "gclid")
ROUTES = ["", "#/", "#/rooms/1", "#/rooms/2", "#/rooms/3/", "#/rooms/3?q=1"]


def split(url):
    return urlsplit(f"https://shop.example{url}")


def page_of(identity, url):
    """What tells the page of an address from others."""
    parts = split(url)
    path = parts.path.rstrip("/") or "/"
    if identity == "path":
        return path
    if identity == "fragment":
        fragment = parts.fragment.split("?")[0]
        return path, fragment.rstrip("/") or fragment
    pairs = (pair for pair in parts.query.split("&") if pair and not pair.startswith(IGNORED))
    return path, *sorted(pairs)


class Walk(Visit):
    """``moves`` is what happens: (sort, data), or ("go", how, address, whether it shows a page).

    ("busy", moves) are those that GTM comes to at once, when all of them have happened.
    """

    def __init__(self, seed):
        super().__init__(seed)
        chance = self._random
        self.is_spa = True
        self.identity = chance.choice(["path", "path", "path_query", "fragment"])
        self.replaced = chance.choice(["same", "same", "page"])
        self.steps, self._history, self._place = [], [self._any_address()], 0
        self.url = self._history[0]
        self.moves = [move for _ in range(chance.randint(3, 12)) for move in self._make_moves()]
        if chance.random() < 0.7:
            self.moves += [("update", ALL), ("given", self._make_data())]

    def spec(self):
        words = f"navigation: spa, page_identity: {self.identity}, replace_state: {self.replaced}"
        return super().spec().replace("navigation: spa", words)

    def _any_address(self):
        chance = self._random
        if self.identity == "fragment":
            return "/products/app" + chance.choice(["", "?x=1"]) + chance.choice(ROUTES)
        fragment = chance.choice(["", "", "", "#f"])
        return chance.choice(PATHS) + chance.choice(QUERIES) + fragment

    def _same_page(self):
        """An address that a router may note on the page that is shown."""
        chance, parts = self._random, split(self._history[self._place])
        if self.identity == "fragment":
            return f"{parts.path}{chance.choice(['', '?x=1', '?s=3'])}#{parts.fragment}"
        query = chance.choice(["?s=300", "", "?x=1", "?utm_source=1", f"?{parts.query}&gclid=1"])
        return parts.path + query + chance.choice(["", "#a", "#b"])

    def _make_moves(self):
        chance, sort = self._random, self._random.random()
        if sort < 0.15:
            return [("update", chance.choice(UPDATES))]
        if sort < 0.27:
            return [("given", self._make_data())]
        if sort < 0.35:
            return [("update", ALL), ("given", self._make_data())]
        if sort < 0.5:
            return self._push_event()
        count, is_busy = chance.randint(1, 4), sort < 0.65
        moves = []
        for _ in range(count):
            is_event = is_busy and chance.random() < 0.25
            moves += self._push_event() if is_event else self._navigate(is_busy)
        return [("busy", moves)] if is_busy else moves

    def _push_event(self):
        """An event of the site's with its data, or with some in a message before it."""
        chance, data = self._random, self._make_data()
        if chance.random() < 0.4:
            own = {name: data[name] for name in ("value", "kind")}
            return [("data", self._make_data()), (chance.choice("xy"), own)]
        if chance.random() < 0.2:
            data["event_id"] = f"S{self._number}"
        return [(chance.choice("xy"), data)]

    def _navigate(self, is_busy):
        sorts = ["page", "page", "page", "noise", "noise", "rewrite", "redirect"]
        match self._random.choice(sorts if is_busy else [*sorts, "hash", "back"]):
            case "page":
                noted = self._go("replaceState", self._same_page())
                moves = self._go("pushState", self._any_address())
                # The page's data come first, then the router notes something of the page before.
                is_noise = len(noted) == 1 and len(moves) == 2
                return [moves[0], *noted, moves[1]] if is_noise else noted + moves
            case "noise":
                return self._go(
                    self._random.choice(["pushState", "replaceState"]), self._same_page()
                )
            case "rewrite":
                return self._go("replaceState", self._any_address())
            case "redirect":
                first = self._go("pushState", self._any_address())
                return first + self._go("replaceState", self._any_address())
            case "hash":
                fragment = self._random.choice(["/rooms/1", "/rooms/9"])
                return self._go("hash", f"{self._history[self._place].split('#')[0]}#{fragment}")
            case _:
                return self._go(self._random.choice(["back", "forward"]))

    def _go(self, how, address=None):
        """The move, and the data of the page that it shows before it."""
        old = self._history[self._place]
        if address is None:
            self._place += -1 if how == "back" else 1
            if not 0 <= self._place < len(self._history):
                self._place = min(max(self._place, 0), len(self._history) - 1)
                return []
            address = self._history[self._place]
        elif how == "replaceState":
            self._history[self._place] = address
        elif how != "hash" or address != old:
            self._place += 1
            self._history[self._place :] = [address]
        else:
            return []
        is_kept = how == "replaceState" and self.replaced == "same"
        shows = not is_kept and page_of(self.identity, old) != page_of(self.identity, address)
        data = [("data", self._make_data())] if shows else []
        return [*data, ("go", how, address, shows)]

    def scenario(self):
        scenario = super().scenario()
        scenario["steps"] = [step for move in self.moves for step in self._step(move)]
        return scenario

    def _step(self, move):
        sort, data = move[:2]
        if sort == "busy":
            code = " ".join(_code(one) for one in data)
            return [{"eval": f"dataLayer.push(function () {{{code}}}), 1"}]
        if sort == "go":
            how, address = move[1:3]
            argument = address.partition("#")[2] if how == "hash" else address
            return [{how: True if how in ("back", "forward") else argument}]
        if sort == "update":
            return [{"gtag": ["consent", "update", data]}]
        message = data if sort == "data" else {"event": _NAMES.get(sort, sort), **data}
        # Into what the site has frozen, GTM writes no number.
        if data["value"] % 3 == 0:
            return [{"eval": f"dataLayer.push(Object.freeze({json.dumps(message)})), 1"}]
        return [{"push": message}]


_NAMES = {"given": "consent_given"}


def _code(move):
    if move[0] == "go":
        return f"history.{move[1]}({{}}, '', {json.dumps(move[2])});"
    message = move[1] if move[0] == "data" else {"event": move[0], **move[1]}
    return f"dataLayer.push({json.dumps(message)});"


class WalkOracle(Oracle):
    """What must go out of a walk."""

    def __init__(self, walk):
        self._since_event, self._since_page = [], []
        self._number = 0
        super().__init__(walk)
        for move in walk.moves:
            self._move(*move)

    def _move(self, sort, data, *more):
        self._number += 1
        if sort == "busy":
            shown = [index for index, move in enumerate(data) if move[0] == "go" and move[3]]
            for index, move in enumerate(data):
                if index in shown[:-1]:  # left before GTM came to it
                    self._since_page = []
                else:
                    self._move(*move)
        elif sort == "data":
            self._since_event.append(data)
            self._since_page.append(data)
            self._label = data.get("label", self._label)
        elif sort == "go":
            if more[1]:
                self._show(more[0])
        elif sort == "update":
            self._play(sort, data, str(self._number))
        else:
            own = [*self._since_event, data]
            self._since_event, self._since_page = [], []
            self._play(sort, _merge(own) if sort in ("x", "y") else data, str(self._number))

    def _show(self, address):
        for unit in self._visit.units:
            unit.lost = unit.lost if unit.holds else []
        data, self._since_page = _merge(self._since_page), []
        is_product = split(address).path.startswith("/products/")
        self._happen("page" if is_product else "other page", data, str(self._number))


def _merge(messages):
    """What the messages have set; the label's is that of the last one, or older than all."""
    merged = {name: value for message in messages for name, value in message.items()}
    merged.pop("event_id", None)
    return merged
