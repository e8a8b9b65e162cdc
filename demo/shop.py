"""A small shop on this machine to try gtmgen on: site, product feeds, and a backend that sends.

    python demo/shop.py --events-api http://127.0.0.1:8081/

The shop pushes to the data layer what `demo/shop.yaml` asks for, and its backend sends each paid
order to the Events API that is named: `gtmgen emulator --events-api --spec demo/shop.yaml`.
`--fault NAME`, or `?fault=NAME` in an address, plants one of :data:`FAULTS`. It needs nothing but
Python.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import itertools
import json
import time
import urllib.request
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

HERE = Path(__file__).parent
PIXEL = "CDEMOSHOPPIXEL000001"
CONTAINER = "GTM-DEMO42"
EVENTS_PATH = "open_api/v1.3/event/track/"

#: What can be planted, and what it looks like to the visitor's browser.
FAULTS = {
    "double-push": "what goes into the cart is pushed twice",
    "variant-id": "items carry the ID of the variant, where feed and backend know the parent's",
    "late-id": "the order's number comes 200 ms after the purchase",
    "text-price": "the price of an item is a text with a comma and a currency sign",
    "no-currency": "no message names its currency",
    "consent-ignored": "the pixel is called before the visitor has chosen",
    "second-pixel": "an agency's pixel stands in the page, too",
    "replace-redirect": "a product's page is opened under one address and renamed to another",
    "late-container": "the container is loaded 600 ms after the page",
}

_GOOGLE = "http://base.google.com/ns/1.0"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_MOST = 100_000  # bytes of an order
# To this machine, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Catalogue:
    """The products, and both feeds of them: a row for each variant, with its parent's ID."""

    def __init__(self) -> None:
        self.text = (HERE / "products.json").read_text(encoding="utf-8")
        self._data = json.loads(self.text)
        self.currency: str = self._data["currency"]
        self.products: dict[str, dict[str, Any]] = {
            one["id"]: one for one in self._data["products"]
        }

    def rows(self, origin: str) -> list[dict[str, str]]:
        """What both feeds say, in TikTok's words; ``origin`` is the shop's, with a slash."""
        return [
            {
                "sku_id": variant["id"],
                "title": f"{product['title']}, {variant['size']}",
                "description": product["description"],
                "availability": "in stock",
                "condition": "new",
                "price": f"{product['price']} {self.currency}",
                "link": urljoin(origin, f"/products/{product['slug']}"),
                "image_link": urljoin(origin, f"/images/{product['id']}.png"),
                "brand": self._data["brand"],
                "item_group_id": product["id"],
            }
            for product in self.products.values()
            for variant in product["variants"]
        ]

    def as_csv(self, origin: str) -> str:
        """TikTok's feed."""
        rows = self.rows(origin)
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return stream.getvalue()

    def as_xml(self, origin: str) -> str:
        """Google Merchant's feed, RSS 2.0."""
        ElementTree.register_namespace("g", _GOOGLE)
        root = ElementTree.Element("rss", version="2.0")
        channel = ElementTree.SubElement(root, "channel")
        ElementTree.SubElement(channel, "title").text = self._data["brand"]
        ElementTree.SubElement(channel, "link").text = origin
        for row in self.rows(origin):
            item = ElementTree.SubElement(channel, "item")
            for name, text in row.items():
                tag = "id" if name == "sku_id" else name
                value = "in_stock" if name == "availability" else text
                ElementTree.SubElement(item, f"{{{_GOOGLE}}}{tag}").text = value
        ElementTree.indent(root)
        return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


class Backend:
    """Takes orders: the prices are its own, whatever a browser says.

    ``events_api`` is the address below which the Events API answers; empty, nothing is sent.
    """

    def __init__(self, catalogue: Catalogue, events_api: str) -> None:
        self._catalogue = catalogue
        self._events_api = events_api
        self._numbers = itertools.count(1001)

    def take(self, order: dict[str, Any], page: str, visitor: dict[str, str]) -> dict[str, Any]:
        """An order's number and what it costs; the purchase is on its way to TikTok."""
        lines = [
            (self._catalogue.products[line["product"]], int(line["quantity"]))
            for line in order["lines"]
        ]
        value = sum((Decimal(product["price"]) * count for product, count in lines), Decimal())
        number = str(next(self._numbers))
        if self._events_api:
            self._send(self._event(number, value, lines, order["email"], page, visitor))
        return {"id": number, "value": float(value), "currency": self._catalogue.currency}

    def _event(
        self,
        number: str,
        value: Decimal,
        lines: list[tuple[dict[str, Any], int]],
        email: str,
        page: str,
        visitor: dict[str, str],
    ) -> dict[str, Any]:
        return {
            "event": "Purchase",
            "event_time": int(time.time()),
            # The browser makes the same ID of the order's number: TikTok counts one purchase.
            "event_id": f"purchase_{number}",
            "user": {
                "email": hashlib.sha256(email.strip().lower().encode()).hexdigest(),
                **visitor,
            },
            "page": {"url": page},
            "properties": {
                "contents": [
                    {
                        "content_id": product["id"],
                        "content_name": product["title"],
                        "price": float(product["price"]),
                        "quantity": count,
                    }
                    for product, count in lines
                ],
                "content_type": "product_group",
                "currency": self._catalogue.currency,
                "value": float(value),
                "order_id": number,
            },
        }

    def _send(self, event: dict[str, Any]) -> None:
        body = {"event_source": "web", "event_source_id": PIXEL, "data": [event]}
        request = urllib.request.Request(  # noqa: S310 - an address of this machine, given at the start
            urljoin(self._events_api, EVENTS_PATH),
            json.dumps(body).encode(),
            {"content-type": "application/json", "access-token": "demo"},
        )
        try:
            with _OPENER.open(request, timeout=10) as answer:
                answer.read()
        except OSError as error:  # the order is paid, whoever hears of it
            print(f"the purchase was not sent to {self._events_api}: {error}", flush=True)


class Shop(ThreadingHTTPServer):
    """The shop on 127.0.0.1; ``port`` 0 takes any that is free."""

    daemon_threads = True

    def __init__(self, port: int = 0, *, events_api: str = "", fault: str = "") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.fault = fault
        self.catalogue = Catalogue()
        self.backend = Backend(self.catalogue, events_api)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    server: Shop
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/products.json":
            self._answer(self.server.catalogue.text, "application/json")
        elif path == "/feed.csv":
            self._answer(self.server.catalogue.as_csv(self.server.url), "text/csv")
        elif path == "/feed.xml":
            self._answer(self.server.catalogue.as_xml(self.server.url), "application/xml")
        elif path.startswith(("/images/", "/api/")):
            self.send_error(404)
        else:
            self._answer_file(path)

    def _answer_file(self, path: str) -> None:
        """A file of the site; every other path is a page of the shop, which is one file."""
        known = {f"/{file.name}": file for file in (HERE / "site").iterdir()}
        file = known.get(path, known["/index.html"])
        text = file.read_text(encoding="utf-8")
        for name, value in (
            ("fault", self.server.fault),
            ("container", CONTAINER),
            ("pixel", PIXEL),
        ):
            text = text.replace("{{" + name + "}}", value)
        self._answer(text, _TYPES[file.suffix])

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        if urlsplit(self.path).path != "/api/orders" or length > _MOST:
            self.send_error(404)
            return
        try:
            order = json.loads(self.rfile.read(length))
            visitor = {"ip": self.client_address[0], "user_agent": self.headers["user-agent"]}
            paid = self.server.backend.take(order, self.headers["referer"], visitor)
        except (ValueError, KeyError, TypeError):
            self.send_error(400, "this is no order")
            return
        self._answer(json.dumps(paid), "application/json")

    def _answer(self, text: str, type_: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("content-type", f"{type_}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal shows the shop's address."""


def main() -> None:
    """Serve until Ctrl-C."""
    told = "\n".join(f"  {name:17} {text}" for name, text in FAULTS.items())
    parser = argparse.ArgumentParser(
        description="A shop on this machine to try gtmgen on.",
        epilog=f"faults:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--events-api", default="", help="address of the local Events API")
    parser.add_argument("--fault", default="", choices=["", *FAULTS], metavar="NAME")
    options = parser.parse_args()
    shop = Shop(options.port, events_api=options.events_api, fault=options.fault)
    print(f"{shop.url} (Ctrl-C ends it)", flush=True)
    try:
        shop.serve_forever()
    except KeyboardInterrupt:
        shop.server_close()


if __name__ == "__main__":
    main()
