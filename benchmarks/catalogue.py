"""How long it takes to read and check a product feed, and how much memory.

    python benchmarks/catalogue.py [COUNT] [SEED]

Writes a feed of COUNT products (default 1,000,000) as CSV and as Google's XML, a tenth of them
wrong in one of eight ways, and events for a thousand of them; then prints for each the time, the
processor time and the peak memory of `gtmgen catalogue`, from the start of the process to its end;
a CSV file of this size is read by two processes, of which the memory is the larger one's.
The generator is seeded (default 1): the same numbers give the same files.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

SPEC = Path(__file__).parents[1] / "specs/acme-shop.yaml"
COLUMNS = (
    *("sku_id", "title", "description", "availability", "condition", "price", "link"),
    *("image_link", "brand", "item_group_id", "sale_price", "gtin"),
)

COLOURS = ("blue", "red", "green", "black", "white")


def products(count: int, seed: int) -> Iterator[list[str]]:
    """Products of a shop of shoes: five variants of each parent."""
    draw = random.Random(seed)
    for number in range(count):
        parent, colour = divmod(number, len(COLOURS))
        price = draw.randrange(500, 20_000) / 100
        sale = f"{price * 0.8:.2f} EUR" if draw.random() < 0.1 else ""
        name = f'Shoe {parent}, {COLOURS[colour]}, 5" heel'
        product = [
            f"SH-{parent}-{colour}",
            name,
            f"{name}. Made of leather.\nWarm & dry: <b>size {draw.randrange(34, 47)}</b>.",
            "in stock" if draw.random() < 0.9 else "out of stock",
            "new",
            f"{price:.2f} EUR",
            f"https://shop.acme.example/products/{parent}?colour={COLOURS[colour]}",
            f"https://img.acme.example/{parent}/{colour}.jpg",
            "Acme",
            f"SH-{parent}",
            sale,
            str(4_000_000_000_000 + number),
        ]
        if draw.random() < 0.1:
            _spoil(product, draw)
        yield product


def _spoil(product: list[str], draw: random.Random) -> None:
    column, value = draw.choice(
        (
            (0, "SH-0-0"),
            (1, ""),
            (3, "plenty"),
            (4, "fair"),
            (5, "12,50 EUR"),
            (5, "12.50 USD"),
            (6, "/products/1"),
            (8, ""),
        )
    )
    product[column] = value


def write_csv(file: Path, count: int, seed: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(products(count, seed))


def write_xml(file: Path, count: int, seed: int) -> None:
    names = ["g:id", "title", "description", *(f"g:{name}" for name in COLUMNS[3:])]
    with file.open("w", encoding="utf-8") as stream:
        stream.write('<?xml version="1.0"?>\n<rss version="2.0" ')
        stream.write('xmlns:g="http://base.google.com/ns/1.0"><channel><title>Acme</title>\n')
        for product in products(count, seed):
            pairs = zip(names, product, strict=True)
            values = "".join(
                f"<{name}>{escape(value)}</{name}>\n" for name, value in pairs if value
            )
            stream.write(f"<item>\n{values}</item>\n")
        stream.write("</channel></rss>\n")


def write_events(file: Path, count: int, seed: int) -> None:
    """A thousand views: of a product, of a parent, and of what is not in the feed."""
    draw = random.Random(seed)
    with file.open("w", encoding="utf-8") as stream:
        for number in range(1_000):
            parent = draw.randrange(count // len(COLOURS))
            id_ = (f"SH-{parent}-1", f"sh-{parent}-1", f"SH-{parent}", f"X{number}")[number % 4]
            items = [{"item_id": id_, "price": 10.0, "quantity": 1}]
            shop = {"value": 10.0, "currency": "EUR", "items": items}
            stream.write(f"{json.dumps({'event': 'view_item', 'ecommerce': shop})}\n")


def measure(feed: Path, events: Path) -> str:
    """Runs in a process of its own, whose only child is measured."""
    command = [sys.executable, "-m", "gtmgen", "catalogue", str(feed), "--spec", str(SPEC)]
    environment = {key: value for key, value in os.environ.items() if key != "TIKTOK_PIXEL_ID"}
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--events", str(events), "--format", "json"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=SPEC.parents[1],
    )
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    totals = json.loads(done.stdout)["feed"]
    return (
        f"{totals['records']:,} products, {feed.stat().st_size / 1e6:.0f} MB: {seconds:.1f} s, "
        f"{used.ru_utime + used.ru_stime:.1f} s of processor, {used.ru_maxrss / 1024:.0f} MiB at "
        f"the peak; {len(totals['findings'])} kinds of flaw"
    )


def main(count: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events.jsonl"
        write_events(events, count, seed)
        for name, write in (("CSV", write_csv), ("XML", write_xml)):
            feed = Path(folder) / f"feed.{name.lower()}"
            write(feed, count, seed)
            # The peak is that of the largest child until now, hence a process for each.
            this = [sys.executable, __file__, "--measure", str(feed), str(events)]
            done = subprocess.run(this, stdout=subprocess.PIPE, text=True, check=True)
            print(f"{name}: {done.stdout.strip()}", flush=True)
            feed.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(measure(Path(sys.argv[2]), Path(sys.argv[3])))
    else:
        numbers = [int(one) for one in sys.argv[1:3]]
        main(*[*numbers, *(1_000_000, 1)[len(numbers) :]])
