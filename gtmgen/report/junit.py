"""JUnit XML, as CI jobs read it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, indent, tostring


def make_root() -> Element:
    """The element of all test suites."""
    return Element("testsuites", name="gtmgen")


def clean_text(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join(char for char in text if char in "\n\t" or char.isprintable())


def write_xml(root: Element) -> str:
    """The document."""
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)
