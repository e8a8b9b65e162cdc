"""Reads a feed in XML: RSS 2.0 or Atom with Google's names, or a plain list of products.

The feed is parsed as it is read, and no more than one product is kept. Nothing in it can make the
parser do more work than its length: entities are refused, and depth, names and values are limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from gtmgen.catalogue.columns import canonical_name, columns_by_name
from gtmgen.catalogue.model import (
    FeedError,
    FeedFinding,
    FeedPosition,
    IdWatch,
    RowFlaw,
    ends_of_link,
)
from gtmgen.packs.catalogue import COLUMNS, CatalogueRules
from gtmgen.text import quoted

_GOOGLE = "http://base.google.com/ns/1.0"
_PRODUCTS = frozenset(("item", "entry", "product"))
_FORMATS = {"rss": "RSS", "feed": "Atom"}

_CHUNK = 1 << 14  # small, so that the parser seldom looks far back for a line
_MAX_DEPTH = 32
_MAX_FIELDS = 1_000  # of one product
_MAX_NAMES = 5_000  # different elements of a feed
_MAX_VALUE = 1 << 20  # characters
_MAX_TOKEN = 1 << 21  # bytes of one tag, comment or instruction, which the parser keeps whole


class _Product:
    """The values of a product by name, and where they start as line and column, from 1 and 0."""

    __slots__ = ("fields", "places", "start")

    def __init__(self, position: tuple[int, int]) -> None:
        self.start = position
        self.fields: dict[str, str] = {}
        self.places: dict[str, tuple[int, int]] = {}


class MarkupReader:
    """An XML feed. Its columns are those that any product has had until now."""

    def __init__(self, file: str, stream: IO[bytes], rules: CatalogueRules) -> None:
        self.format = "XML"
        self._file = file
        self._stream = stream
        self._names = columns_by_name(rules)
        self._columns: dict[str, None] = {}
        self._elements: dict[str, tuple[str, bool]] = {}
        self._ready: list[_Product] = []
        self._latest = _Product((1, 0))
        self.line = 1
        self._parser = self._make_parser()

    @property
    def columns(self) -> list[str]:
        return list(self._columns)

    @property
    def notes(self) -> list[FeedFinding]:
        return []

    def products(self, watch: IdWatch | None = None) -> Iterator[tuple[str, ...] | RowFlaw]:
        aliases = {name: column for name, column in self._names.items() if name != column}
        is_unnamed = watch.ids.isdisjoint if watch is not None and watch.ids else None
        for product in self._read():
            fields = product.fields
            if is_unnamed is not None and not (
                is_unnamed(fields.values()) and is_unnamed(ends_of_link(fields.get("link", "")))
            ):
                assert watch is not None
                watch.add(fields)
            if not aliases.keys().isdisjoint(fields):
                for alias, column in aliases.items():
                    if alias in fields and not fields.get(column):
                        fields[column] = fields[alias]
                        product.places[column] = product.places[alias]
            value = fields.get
            yield tuple([value(column, "") for column in COLUMNS])

    def locate(self, column: str | None = None) -> FeedPosition:
        line, offset = self._latest.places.get(column or "", self._latest.start)
        return FeedPosition(line, offset + 1)

    def _read(self) -> Iterator[_Product]:
        total, columns, ready = 0, self._columns, self._ready
        while True:
            chunk = self._stream.read(_CHUNK)
            total += len(chunk)
            try:
                self._parser.Parse(chunk, not chunk)
            except expat.ExpatError as error:
                raise self._explain(error) from None
            for product in ready:
                self._latest = product
                self.line = product.start[0]
                if not product.fields.keys() <= columns.keys():
                    columns.update(dict.fromkeys(product.fields))
                yield product
            ready.clear()
            if not chunk:
                return
            if total - self._parser.CurrentByteIndex > _MAX_TOKEN:
                raise self._refuse(f"a tag or comment of more than {_MAX_TOKEN:,} bytes")

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        self._set_handlers(parser)
        parser.EntityDeclHandler = self._refuse_entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        return parser

    def _set_handlers(self, parser: expat.XMLParserType) -> None:
        # Closures, since they run dozens of times for each of millions of products: attributes
        # would take half as much time again.
        elements, ready, refuse = self._elements, self._ready, self._refuse
        depth = product_depth = length = 0
        product: _Product | None = None
        fields: dict[str, str] = {}
        places: dict[str, tuple[int, int]] = {}
        googles: set[str] = set()  # what stands in Google's namespace counts before others
        position = (1, 0)
        element = ("", False)
        value: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth, product_depth, length, product, element
            nonlocal fields, places, googles, position
            depth += 1
            if product is None:
                name = (elements.get(tag) or self._learn(tag))[0]
                if depth == 1:
                    self.format = _FORMATS.get(name, "XML")
                elif depth > _MAX_DEPTH:
                    raise refuse(f"elements are nested more than {_MAX_DEPTH} deep")
                if name in _PRODUCTS:
                    product = _Product((parser.CurrentLineNumber, parser.CurrentColumnNumber))
                    fields, places, googles = product.fields, product.places, set()
                    product_depth = depth + 1
            elif depth == product_depth:
                element = elements.get(tag) or self._learn(tag)
                value.clear()
                length = 0
                position = (parser.CurrentLineNumber, parser.CurrentColumnNumber)
                if attributes and "href" in attributes:  # Atom's form of a link
                    value.append(attributes["href"])
            elif depth > _MAX_DEPTH:
                raise refuse(f"elements are nested more than {_MAX_DEPTH} deep")

        def end(tag: str) -> None:
            nonlocal depth, product
            depth -= 1
            if product is None:
                return
            if depth == product_depth - 1:
                name, is_google = element
                text = "".join(value).strip()
                # Of a name that stands there several times the first counts.
                if not fields.get(name) or (is_google and text and name not in googles):
                    fields[name] = text
                    places[name] = position
                    if len(fields) > _MAX_FIELDS:
                        raise refuse(f"a product of more than {_MAX_FIELDS:,} values")
                if is_google:
                    googles.add(name)
            elif depth == product_depth - 2:
                ready.append(product)
                product = None

        def characters(text: str) -> None:
            nonlocal length
            # Only values of the product itself: what is nested deeper belongs to a part of it.
            if depth == product_depth and product is not None:
                length += len(text)
                if length > _MAX_VALUE:
                    message = f"a value of more than {_MAX_VALUE:,} characters"
                    raise FeedError(self._file, FeedPosition(position[0], position[1] + 1), message)
                value.append(text)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = characters

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise self._refuse(
            f"the feed declares an entity, {quoted(name)}; entities are not read",
            hint="write the characters themselves, or `&#160;` and the like",
        )

    def _learn(self, tag: str) -> tuple[str, bool]:
        """A name without its namespace, and whether that is Google's."""
        if len(self._elements) >= _MAX_NAMES:
            raise self._refuse(f"elements of more than {_MAX_NAMES:,} different names")
        namespace, _, local = tag.rpartition(" ")
        name = canonical_name(local), namespace == _GOOGLE
        self._elements[tag] = name
        return name

    def _refuse(self, message: str, *, hint: str | None = None) -> FeedError:
        position = FeedPosition(
            self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        )
        return FeedError(self._file, position, message, hint=hint)

    def _explain(self, error: expat.ExpatError) -> FeedError:
        position = FeedPosition(error.lineno, error.offset + 1)
        message = expat.errors.messages[error.code]
        return FeedError(self._file, position, f"it is not XML: {message}", hint=_hint(error.code))


def _hint(code: int) -> str | None:
    codes = expat.errors.codes
    if code == codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
        return "of the names of characters, XML knows `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;`"
    if code == codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
        return (
            "a bare `&` or `<` is written `&amp;` or `&lt;`; letters that are not UTF-8 need the "
            'file\'s encoding in its first line: `<?xml version="1.0" encoding="windows-1252"?>`'
        )
    if code == codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]:
        return f'the prefix is declared in the first element: `xmlns:g="{_GOOGLE}"`'
    return None
