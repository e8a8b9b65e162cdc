"""A company's own look: logo, colour and templates, each checked before it goes into a page."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from gtmgen.docs.html.own_templates import check_templates_folder
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.text import quoted

MAX_LOGO = 256 * 1024
DEFAULT_COLOR = "#2457d6"
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_CONTRAST = 4.8
"""A little more than WCAG AA asks of text, 4.5."""
_PAPER, _TINTED, _NIGHT = (255, 255, 255), (238, 241, 247), (34, 39, 51)
Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Branding:
    """``logo`` is a data URI; ``templates`` a folder that is looked into before ours."""

    color: str = DEFAULT_COLOR
    logo: str | None = None
    templates: Path | None = None

    @classmethod
    def read(
        cls, color: str | None = None, logo: Path | None = None, templates: Path | None = None
    ) -> Branding:
        """Check what the command line gives; raises for what cannot be used."""
        if color is not None and not _COLOR.match(color):
            raise UsageError(
                f"{quoted(color)} is not a colour", hint="as in CSS, `--color '#2457d6'`"
            )
        if templates is not None:
            check_templates_folder(templates)
        return cls(color or DEFAULT_COLOR, None if logo is None else read_logo(logo), templates)

    @property
    def on_light(self) -> str:
        """The colour, darkened until it can be read on white and on tinted ground."""
        return _format_color(_make_readable(_parse_color(self.color), (_PAPER, _TINTED), (0, 0, 0)))

    @property
    def on_dark(self) -> str:
        """The colour, lightened until it can be read on dark ground."""
        return _format_color(_make_readable(_parse_color(self.color), (_NIGHT,), (255, 255, 255)))


def read_logo(path: Path) -> str:
    """A picture as a data URI; its type is told by its content, never by its name."""
    try:
        if path.exists() and not path.is_file():
            raise GtmgenError(f"the logo `{path}` is not a regular file")
        with path.open("rb") as stream:
            content = stream.read(MAX_LOGO + 1)
    except OSError as error:
        raise GtmgenError(f"the logo `{path}` cannot be read: {error.strerror}") from None
    if len(content) > MAX_LOGO:
        raise GtmgenError(f"the logo `{path}` is larger than {MAX_LOGO // 1024} KiB")
    kind = _detect_kind(content)
    if kind is None:
        hint = "a PNG, JPEG or SVG file"
        raise GtmgenError(f"the logo `{path}` is not a picture that fits", hint=hint)
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _detect_kind(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    # As an image, an SVG runs no script and loads nothing.
    start = content[:2048].lstrip(b"\xef\xbb\xbf").lstrip()
    return "image/svg+xml" if start.startswith(b"<") and b"<svg" in start else None


def _parse_color(color: str) -> Rgb:
    digits = color[1:] if len(color) == 7 else "".join(char * 2 for char in color[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _format_color(color: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _make_readable(color: Rgb, grounds: tuple[Rgb, ...], towards: Rgb) -> Rgb:
    for step in range(21):
        mixed = tuple(
            round(channel + (aim - channel) * step / 20)
            for channel, aim in zip(color, towards, strict=True)
        )
        rgb: Rgb = (mixed[0], mixed[1], mixed[2])
        if all(_measure_contrast(rgb, ground) >= _CONTRAST for ground in grounds):
            return rgb
    return towards


def _measure_contrast(one: Rgb, other: Rgb) -> float:
    """WCAG 2's contrast ratio."""
    lighter, darker = sorted((_measure_luminance(one), _measure_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _measure_luminance(color: Rgb) -> float:
    linear = [
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for value in color
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
