"""Reads a feed in XML: RSS 2.0 or Atom with Google's names, or a plain list of products.

The feed is parsed as it is read, and no more than one product is kept. Nothing in it can make the
parser do more work than its length: entities are refused, and depth, names and values are limited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO
from xml.parsers import expat

from gtmgen.catalogue.columns import canonical_name, columns_by_name
from gtmgen.catalogue.model import FeedError, FeedFinding, Place, RowFlaw
from gtmgen.packs.catalogue import COLUMNS, CatalogueRules
from gtmgen.text import quoted

_GOOGLE = "http://base.google.com/ns/1.0"
_PRODUCTS = frozenset(("item", "entry", "product"))
_FORMATS = {"rss": "RSS", "feed": "Atom"}

_CHUNK = 1 << 18
_MAX_DEPTH = 32
_MAX_FIELDS = 1_000  # of one product
_MAX_NAMES = 5_000  # different elements of a feed
_MAX_VALUE = 1 << 20  # characters
_MAX_TOKEN = 1 << 21  # bytes of one tag, comment or instruction, which the parser keeps whole


class _Product:
    """The values of a product that is being read, by name; Google's own count before others."""

    __slots__ = ("fields", "googles", "place", "places")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.fields: dict[str, str] = {}
        self.googles: set[str] = set()
        self.places: dict[str, Place] = {}

    def set(self, name: str, value: str, place: Place, *, is_google: bool) -> None:
        """Of a name that stands there several times the first counts."""
        known = self.fields.get(name)
        if known and (not is_google or name in self.googles):
            return
        if value or known is None:
            self.fields[name] = value
            self.places[name] = place
        if is_google:
            self.googles.add(name)


class MarkupReader:
    """An XML feed. Its columns are those that any product has had until now."""

    def __init__(self, file: str, stream: IO[bytes], rules: CatalogueRules) -> None:
        self.format = "XML"
        self._file = file
        self._stream = stream
        self._names = columns_by_name(rules)
        self._columns: dict[str, None] = {}
        self._elements: dict[str, tuple[str, bool]] = {}
        self._depth = 0
        self._product_depth = 0
        self._product: _Product | None = None
        self._ready: list[_Product] = []
        self._latest = _Product(Place(1, 1))
        self._name = ("", False)
        self._value: list[str] = []
        self._length = 0
        self._value_place = Place(1, 1)
        self._parser = self._make_parser()

    @property
    def columns(self) -> list[str]:
        return list(self._columns)

    @property
    def notes(self) -> list[FeedFinding]:
        return []

    @property
    def line(self) -> int:
        return self._latest.place.line

    def products(self) -> Iterator[tuple[str, ...] | RowFlaw]:
        names = [_spellings(column, self._names) for column in COLUMNS]
        for product in self._read():
            value = product.fields.get
            yield tuple([next(filter(None, map(value, known)), "") for known in names])

    def cells(self) -> Iterator[Mapping[str, str]]:
        for product in self._read():
            yield product.fields

    def place(self, column: str | None = None) -> Place:
        if column is None:
            return self._latest.place
        places = self._latest.places
        known = (places[name] for name in _spellings(column, self._names) if name in places)
        return next(known, self._latest.place)

    def _read(self) -> Iterator[_Product]:
        total = 0
        while True:
            chunk = self._stream.read(_CHUNK)
            total += len(chunk)
            try:
                self._parser.Parse(chunk, not chunk)
            except expat.ExpatError as error:
                raise self._explain(error) from None
            for product in self._ready:
                self._latest = product
                self._columns.update(dict.fromkeys(product.fields))
                yield product
            self._ready.clear()
            if not chunk:
                return
            if total - self._parser.CurrentByteIndex > _MAX_TOKEN:
                raise self._refuse(f"a tag or comment of more than {_MAX_TOKEN:,} bytes")

    # -- what the parser calls -------------------------------------------------------------

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse_entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        return parser

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        depth = self._depth
        if depth > _MAX_DEPTH:
            raise self._refuse(f"elements are nested more than {_MAX_DEPTH} deep")
        name = self._elements.get(tag) or self._learn(tag)
        product = self._product
        if product is None:
            if depth == 1:
                self.format = _FORMATS.get(name[0], "XML")
            if name[0] in _PRODUCTS:
                self._product = _Product(self._here())
                self._product_depth = depth
            return
        if depth == self._product_depth + 1:
            self._name = name
            self._value.clear()
            self._length = 0
            self._value_place = self._here()
            if name[0] == "link" and "href" in attributes:  # Atom's form of it
                self._value.append(attributes["href"])

    def _end(self, tag: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        product = self._product
        if product is None:
            return
        if depth == self._product_depth + 1:
            name, is_google = self._name
            value = "".join(self._value).strip()
            product.set(name, value, self._value_place, is_google=is_google)
            if len(product.fields) > _MAX_FIELDS:
                raise self._refuse(f"a product of more than {_MAX_FIELDS:,} values")
        elif depth == self._product_depth:
            self._ready.append(product)
            self._product = None

    def _characters(self, text: str) -> None:
        # Only values of the product itself: what is nested deeper belongs to a part of it.
        if self._product is not None and self._depth == self._product_depth + 1:
            self._length += len(text)
            if self._length > _MAX_VALUE:
                raise self._refuse(f"a value of more than {_MAX_VALUE:,} characters")
            self._value.append(text)

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

    def _here(self) -> Place:
        return Place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _refuse(self, message: str, *, hint: str | None = None) -> FeedError:
        return FeedError(self._file, self._here(), message, hint=hint)

    def _explain(self, error: expat.ExpatError) -> FeedError:
        place = Place(error.lineno, error.offset + 1)
        message = expat.errors.messages[error.code]
        return FeedError(self._file, place, f"it is not XML: {message}", hint=_hint(error.code))


def _spellings(column: str, names: Mapping[str, str]) -> list[str]:
    """The names that stand for a column, its own first."""
    return [column, *(name for name, known in names.items() if known == column != name)]


def _hint(code: int) -> str | None:
    codes = expat.errors.codes
    if code == codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
        return "of the names of characters, XML knows `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;`"
    if code == codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
        return (
            "a bare `&` or `<` is written `&amp;` or `&lt;`; a letter that is not UTF-8 needs "
            'the file\'s encoding in its first line: `<?xml version="1.0" encoding="windows-1252"?>`'
        )
    if code == codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]:
        return f'the prefix is declared in the first element: `xmlns:g="{_GOOGLE}"`'
    return None
