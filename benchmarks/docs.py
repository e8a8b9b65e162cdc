"""What the documentation of 1,000 events costs: to write, to load, to search.

    python benchmarks/docs.py

Prints medians (after a warm-up) of the whole ``gtmgen docs`` command for each format, the size of
the page, and, where Playwright and a Chromium are there, how long the page takes to open and a
search from the key press to the new layout.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compile import spec_text  # the script beside this one

RUNS = 5
QUERIES = ["e", "addtocart", "event_999", "number 5", "currency"]
SEARCH = """(queries) => queries.map((query) => {
    const field = document.getElementById("query");
    const start = performance.now();
    field.value = query;
    field.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
    return performance.now() - start;
})"""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def write(spec: Path, out: Path, format_: str) -> float:
    command = [sys.executable, "-m", "gtmgen", "docs", str(spec), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run([*command, "--format", format_, "--quiet"], check=True)
    return time.perf_counter() - start


def browse(page_file: Path) -> None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("in a browser: Playwright is not installed")
        return
    browser_file = os.environ.get("GTMGEN_CHROMIUM") or shutil.which("chromium")
    if browser_file is None:
        print("in a browser: there is no Chromium")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=FLAGS)
        page = browser.new_page()
        opened, times = [], []
        for run in range(RUNS + 1):
            start = time.perf_counter()
            page.goto(page_file.as_uri())
            page.wait_for_selector("#query")
            took = time.perf_counter() - start
            found = page.evaluate(SEARCH, QUERIES)
            if run:
                opened.append(took)
                times.extend(found)
        browser.close()
    print(f"in a browser: opens in {statistics.median(opened) * 1e3:.0f} ms")
    print(
        f"search: {statistics.median(times):.0f} ms, at the most {max(times):.0f} ms (at most 100)"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder, "big.yaml")
        spec.write_text(spec_text(1_000), encoding="utf-8")
        for format_ in ("html", "markdown", "xlsx", "csv", "all"):
            out = Path(folder, format_)
            times = [write(spec, out, format_) for _ in range(RUNS + 1)][1:]
            limit = " (at most 3)" if format_ == "html" else ""
            print(f"{format_:<10} {statistics.median(times):.2f} s{limit}")
        page = Path(folder, "html", "index.html")
        print(f"page: {page.stat().st_size / 1e6:.1f} MB (at most 5)")
        browse(page)


if __name__ == "__main__":
    main()
