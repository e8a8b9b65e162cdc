"""A rule as people read about it."""

from __future__ import annotations

import re

from msgspec import Struct

from gtmgen.diagnostics import Severity


class RuleExample(Struct, frozen=True):
    """A spec, or the part of one that matters, in YAML; with ``json``, a container's export.

    With ``text`` it is a whole file as it stands, with ``hex`` the bytes of one.

    Lines `# file: name.yaml` begin the files beside a spec.
    """

    text: str
    is_good: bool
    language: str = "yaml"

    @property
    def spec(self) -> str:
        """The example as a whole spec: what a part leaves out is put before it."""
        if self.language == "text":
            return self.text
        spec_text = _FILE.split(self.text)[0]
        has = {line.split(":", 1)[0] for line in spec_text.splitlines() if line[:1].isalpha()}
        return "".join(text for key, text in _BEFORE.items() if key not in has) + spec_text

    @property
    def content(self) -> bytes:
        """The bytes of the spec's file."""
        return bytes.fromhex(self.text) if self.language == "hex" else self.spec.encode()

    @property
    def files(self) -> dict[str, str]:
        """The files beside the spec: text by name."""
        parts = _FILE.split(self.text)[1:]
        return dict(zip(parts[::2], parts[1::2], strict=True))


_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


_BEFORE = {
    "gtmgen": "gtmgen: 1\n",
    "project": "project: example\n",
    "container": "container: {gtm: GTM-EXAMPLE}\n",
    "consent": "consent: {default: site}\n",
    "platforms": (
        "platforms:\n"
        "  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}\n"
        "  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}\n"
    ),
}
"""What an example that lacks these keys of a spec is completed with."""


class Rule(Struct, frozen=True):
    """One rule; ``reason`` is a paragraph or more of Markdown with its source in it."""

    id: str
    title: str
    severity: Severity
    about: str  # a key of `registry.ABOUT`
    reason: str
    examples: tuple[RuleExample, ...]
    fix: str | None = None  # what `lint --fix` does about it, as half a sentence
