"""The helpers hash as the contract does, in Node and in Python."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gtmgen.contract.hashing import hash_by_rule, normalize_phone, normalize_place, sha256
from gtmgen.generate.hashing import hashing_helper

PACKS = Path(__file__).parents[2] / "templates" / "tiktok"
HASH = "848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f"
MARKED = [
    "L\u00b4Aquila",
    "Baden\u30fbBaden",
    "L\uff07Aquila",
    "Paral\u00b7lel",
    "\u05ea\u05f4\u05d0",
]
VALUES = {
    "email": [" Alice_ABC@gmail.com ", "no address", "@nobody", "", "ÄÖ@example.com", HASH],
    "phone": [
        "+12133734253",
        "+1 (213) 373-4253",
        "001 213 373 42 53",
        "+49 (0)151 12345678",
        "0151 12345678",
        "12133734253",
        "+0123",
        "+1\u00a0213\u2013373\u20144253",
        HASH.upper(),
    ],
    "text": ["user_123", " 8712 ", "", "Ω"],
    "name": ["Alice", "Van Dyke", "EC1A 1BB", " ", "ÉLODIE", "O\u2019Neil-Lee Jr.", "10001-2"],
    "place": ["San José", "US", "St. Gallen", "東京", "-", "New_York", "मुंबई", *MARKED],
}
FUNCTIONS = {
    "email": ("hashEmail", "hash_email"),
    "phone": ("hashPhone", "hash_phone"),
    "text": ("hashExternalId", "hash_external_id"),
    "name": ("hashName", "hash_name"),
    "place": ("normalizePlace", "normalize_place"),
}


def expected(rule: str) -> list[str | None]:
    if rule == "place":
        return [normalize_place(value) for value in VALUES[rule]]
    return [hash_by_rule(rule, value) for value in VALUES[rule]]


def test_the_contracts_own_hashes() -> None:
    assert expected("email")[0] == expected("email")[-1] == HASH
    phone = "9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd"
    assert expected("phone")[:3] == [phone] * 3
    assert expected("phone")[4:7] == [None, None, None]
    assert expected("phone")[7] == phone
    user = "80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b"
    assert expected("text")[0] == user
    assert expected("name")[5:] == [sha256("oneilleejr"), sha256("100012")]
    places = ["sanjosé", "us", "stgallen", "東京", None, "newyork", "मुंबई"]
    marked = ["laquila", "badenbaden", "laquila", "parallel", "\u05ea\u05d0"]
    assert expected("place") == places + marked


def test_the_tags_leave_out_the_same_characters() -> None:
    texts = [
        PACKS.joinpath(name).read_text(encoding="utf-8") for name in ("pixel.tpl", "server.tpl")
    ]
    lists = [re.search(r"^const PUNCTUATION = (.*?);$", text, re.M | re.S) for text in texts]
    pixel, server = (found[1].replace("' +\n  '", "") for found in lists if found)
    assert pixel == server
    marks = ast.literal_eval(pixel)
    assert [normalize_place(mark) for mark in marks] == [None] * len(marks)
    others = [chr(code) for code in range(0x21, 0x10000) if not 0xD800 <= code < 0xE000]
    dropped = [one for one in others if normalize_place(one) is None and not one.isspace()]
    assert sorted(dropped) == sorted(marks)


@pytest.mark.parametrize("rule", FUNCTIONS)
def test_python(rule: str) -> None:
    namespace: dict[str, Any] = {}
    exec(compile(hashing_helper("python"), "hashing.py", "exec"), namespace)
    function: Callable[[str], str | None] = namespace[FUNCTIONS[rule][1]]
    assert [function(value) for value in VALUES[rule]] == expected(rule)


COUNTRIES = [
    ("0151 12345678", "+49", "+4915112345678"),
    ("0151 12345678", "", None),
    ("06 1234 5678", "+39", "+390612345678"),
    ("+33 6 12 34 56 78", "+49", "+33612345678"),
    ("151 12345678", "+49", None),
    ("(213) 373-4253", "+1", "+12133734253"),
    ("1 213 373 4253", "+1", "+12133734253"),
    ("2 213 373 4253", "+1", None),
    ("347 123 4567", "+39", "+393471234567"),
    ("612 34 56 78", "+34", "+34612345678"),
    ("34 612 34 56 78", "+34", "+34612345678"),
]


def test_a_country_code_completes_national_numbers(node: str, tmp_path: Path) -> None:
    namespace: dict[str, Any] = {}
    exec(compile(hashing_helper("python"), "hashing.py", "exec"), namespace)
    expected_numbers = [number for _, _, number in COUNTRIES]
    given = [(value, code) for value, code, _ in COUNTRIES]
    assert [normalize_phone(*one) for one in given] == expected_numbers
    assert [namespace["normalize_phone"](*one) for one in given] == expected_numbers
    (tmp_path / "hashing.mjs").write_text(hashing_helper("node"), encoding="utf-8")
    script = (
        'import { normalizePhone } from "./hashing.mjs";\n'
        f"const given = {json.dumps(given)};\n"
        "console.log(JSON.stringify(given.map(([value, code]) => normalizePhone(value, code))));\n"
    )
    (tmp_path / "use.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run([node, "use.mjs"], capture_output=True, check=True, cwd=tmp_path)
    assert json.loads(done.stdout) == expected_numbers


def test_node(node: str, tmp_path: Path) -> None:
    (tmp_path / "hashing.mjs").write_text(hashing_helper("node"), encoding="utf-8")
    names = {rule: functions[0] for rule, functions in FUNCTIONS.items()}
    script = (
        f'import * as hashing from "./hashing.mjs";\nconst values = {json.dumps(VALUES)};\n'
        f"const names = {json.dumps(names)};\nconst found = {{}};\n"
        "for (const rule in names) found[rule] = values[rule].map(hashing[names[rule]]);\n"
        "console.log(JSON.stringify(found));\n"
    )
    (tmp_path / "use.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [node, "use.mjs"], capture_output=True, check=True, cwd=tmp_path, encoding="utf-8"
    )
    assert json.loads(done.stdout) == {rule: expected(rule) for rule in FUNCTIONS}
