"""Secrets in GTM's JSON: hidden in what is read, filled in where something is written.

What hides a value is a text in its place: the stand-in of a variable whose value it is, else a
digest. The digest is 32 bits of scrypt, salted with the container: long enough to see that a
secret has changed, too short to prove a guess, slow to try guesses with, and of no use to
compare with another container.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from gtmgen.container.body import body
from gtmgen.container.entities import KIND_OF, AnyEntity, Container, Kind
from gtmgen.container.names import AS_NAMED
from gtmgen.container.ownership import owner_of
from gtmgen.container.values import REFERENCE
from gtmgen.secret_names import fill_in, is_secret_field, names_in, stand_in

Json = dict[str, Any]

# A constant's name is a person's: only what looks like a credential counts, long, with digits.
_NAME = re.compile(r"token|secret|password|api[ _-]?key|private[ _-]?key", re.IGNORECASE)
_VALUE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_./+=-]{24,}")
_REFERENCE = re.compile(r"\s*(?:\{\{[^{}]+\}\}\s*)*")
_CONSTANT = "c"
_DIGEST = "(secret, digest "
_CODE = "templateData"
_ROW_NAMES = ("key", "name", "header", "headerName")
_NO_KEYS: Callable[[Json], Iterable[str]] = lambda entity: ()  # noqa: E731


def looks_secret(name: str, value: str) -> bool:
    """Whether a value that a person named looks like a credential: long, letters and digits."""
    return is_called_secret(name) and _VALUE.fullmatch(value) is not None


# Keys of parameters are the same few words in thousands of tags.
@functools.lru_cache(maxsize=1024)
def is_called_secret(name: str) -> bool:
    """Whether a person's name for a value says that it is a credential."""
    return _NAME.search(name) is not None


def is_reference(value: str) -> bool:
    """Whether a value is nothing but references to variables, or empty."""
    return _REFERENCE.fullmatch(value) is not None


@functools.cache
def digest(value: str, salt: str) -> str:
    """What tells two values of a secret apart: eight hexadecimal digits."""
    derived = hashlib.scrypt(
        value.encode("utf-8", "surrogatepass"),
        salt=b"gtmgen " + salt.encode("utf-8", "surrogatepass"),
        # About 50 ms a guess, and 16 MB: what stands in a plan that everybody reads is no hash to
        # search.
        n=2**14,
        r=8,
        p=1,
        dklen=4,
    )
    return derived.hex()


Find = Callable[[str, str, str], str | None]
"""What stands for a value, by the entity's name, the parameter's key and it; None: itself."""


def replace_secrets(
    tree: Any, find: Find, keys_of: Callable[[Json], Iterable[str]] = _NO_KEYS
) -> Any:
    """JSON of the API or of an export with another text for each value that is a secret.

    These are parameters that are called so, constants and rows of tables that are and, of each
    entity, those whose keys ``keys_of`` gives. ``find`` is asked about all other values, too, with
    an empty key, and about the code of templates: a secret may stand where nothing says so.
    """
    return _Walk(find, keys_of).replaced(tree, "", frozenset())


class _Walk:
    def __init__(self, find: Find, keys_of: Callable[[Json], Iterable[str]]) -> None:
        self._find = find
        self._keys_of = keys_of

    def replaced(self, tree: Any, entity: str, keys: Collection[str]) -> Any:
        if isinstance(tree, list):
            return [self.replaced(item, entity, keys) for item in tree]
        if not isinstance(tree, dict):
            return tree
        if _is_text_parameter(tree):
            key, value = str(tree.get("key", "")), tree["value"]
            is_secret = key in keys or is_secret_field(key)
            stand_in = self._find(entity, key if is_secret else "", value)
            return tree if stand_in is None else {**tree, "value": stand_in}
        if isinstance(tree.get(_CODE), str) and isinstance(tree.get("name"), str):
            stand_in = self._find(tree["name"], "", tree[_CODE])
            tree = tree if stand_in is None else {**tree, _CODE: stand_in}
        if isinstance(tree.get("name"), str) and isinstance(tree.get("parameter"), list):
            # An entity: what its parameters hold is judged by its name, however deep they stand.
            entity = tree["name"]
            keys = {*_list_constant_keys(tree), *self._keys_of(tree)}
        elif isinstance(row := tree.get("map"), list) and _names_secret(row):
            keys = {*keys, "value"}
        return {key: self.replaced(value, entity, keys) for key, value in tree.items()}


def _list_constant_keys(entity: Json) -> Iterator[str]:
    if entity.get("type") != _CONSTANT:
        return
    for item in _list_parameters(entity["parameter"]):
        if item.get("key") == "value" and looks_secret(entity["name"], item["value"]):
            yield "value"


def constants_of_secrets(tree: Any) -> frozenset[str]:
    """The names of the variables that a parameter for a credential refers to."""
    referred: set[str] = set()

    def collect(_: str, key: str, value: str) -> None:
        if key:
            referred.update(REFERENCE.findall(value))

    replace_secrets(tree, collect)
    return frozenset(referred)


def with_digests(tree: Any, salt: str) -> Any:
    """JSON of the API with a digest for each value that is a secret, for a file to keep.

    :class:`Veil` takes the digest of a value that it knows for that value.
    """
    constants = constants_of_secrets(tree)

    def find(_: str, key: str, value: str) -> str | None:
        is_hidden = bool(names_in(value)) or is_reference(value) or value.startswith(_DIGEST)
        return None if not key or is_hidden else shown_digest(value, salt)

    def keys_of(entity: Json) -> tuple[str, ...]:
        is_one = entity["name"] in constants and entity.get("type") == _CONSTANT
        return ("value",) if is_one else ()

    return replace_secrets(tree, find, keys_of)


def shown_digest(value: str, salt: str) -> str:
    """What is shown in place of a secret that no variable is known for."""
    return f"{_DIGEST}{digest(value, salt)})"


class Veil:
    """Hides the secrets of one container in JSON of any depth, and fills them in again.

    ``values`` are the secrets that are known, by variable. ``container`` is what the spec makes:
    a text that it holds in clear is none, and where it has a stand-in, any other value is one.
    """

    def __init__(
        self, salt: str, container: Container | None = None, values: Mapping[str, str] | None = None
    ) -> None:
        self._salt = salt
        registered = container.secrets if container is not None else ()
        known = {name: value for name, value in (values or {}).items() if name in registered}
        self._values = known
        self._names = {known[name]: name for name in sorted(known, reverse=True)}
        self._longest_first = sorted(self._names, key=len, reverse=True)
        self._originals: dict[str, str] = {}
        self._clear: set[str] = set()
        self._keys: dict[str, set[str]] = {}
        for entity in container.entities() if container is not None else ():
            self._add_entity(entity)

    def _add_entity(self, entity: AnyEntity) -> None:
        kind = KIND_OF[type(entity)]
        for parameter in _list_parameters(body(entity, AS_NAMED)):
            value = parameter["value"]
            if not names_in(value):
                self._clear.add(value)
                continue
            key = str(parameter.get("key", ""))
            self._keys.setdefault(_format_owner(kind, entity.name), set()).add(key)
            if entity.owner is not None:
                self._keys.setdefault(str(entity.owner), set()).add(key)

    def hide(self, tree: Any) -> Any:
        """The same JSON, of the API or of an export, without a secret."""
        return replace_secrets(tree, self._hide_value, self._keys_of)

    @functools.cached_property
    def _known_digests(self) -> dict[str, str]:
        """Digests of the values that are known, as a local GTM keeps them, and their stand-ins."""
        names = self._names.items()
        return {shown_digest(value, self._salt): stand_in(name) for value, name in names}

    def hide_text(self, text: str) -> str:
        """A text, such as a message of GTM's, without the values that are known."""
        for value in self._longest_first:
            text = text.replace(value, stand_in(self._names[value]))
        return text

    def reveal(self, tree: Any) -> Any:
        """Inverse of :meth:`hide`; stand-ins of variables that are not known stay."""
        if isinstance(tree, list | tuple):
            return [self.reveal(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        if _is_text_parameter(tree):
            value = tree["value"]
            return {**tree, "value": self._originals.get(value) or fill_in(value, self._values)}
        return {
            key: fill_in(value, self._values)
            if key == _CODE and isinstance(value, str)
            else self.reveal(value)
            for key, value in tree.items()
        }

    def _keys_of(self, entity: Json) -> Iterator[str]:
        """The parameters of an entity in which the spec has a stand-in."""
        for kind in Kind if self._keys else ():
            yield from self._keys.get(_format_owner(kind, entity["name"]), ())
            yield from self._keys.get(str(owner_of(kind, entity)), ())

    def _hide_value(self, _: str, key: str, value: str) -> str | None:
        text = self.hide_text(value)
        if value.startswith(_DIGEST):
            return self._known_digests.get(value)
        if not key or names_in(text) or value in self._clear or is_reference(value):
            return text if text != value else None
        digest_text = shown_digest(value, self._salt)
        self._originals[digest_text] = value
        return digest_text


def _format_owner(kind: Kind, name: str) -> str:
    return f"{kind.value}:{name}"


def _is_text_parameter(tree: Json) -> bool:
    return isinstance(tree.get("value"), str) and isinstance(tree.get("type"), str)


def _list_parameters(tree: Any) -> Iterator[Json]:
    if isinstance(tree, dict):
        if _is_text_parameter(tree):
            yield tree
        else:
            yield from _list_parameters(list(tree.values()))
    elif isinstance(tree, list):
        for item in tree:
            yield from _list_parameters(item)


def _names_secret(row: Iterable[Any]) -> bool:
    """Whether a row of a table names a credential beside its value, as a header's row does."""
    return any(
        cell.get("key") in _ROW_NAMES and is_secret_field(str(cell.get("value", "")))
        for cell in row
        if isinstance(cell, dict)
    )
