"""GA4 accounts that a variable names: which one a spec sends to is for a person to decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.lint.constants import constant_of, results_of, variable_of
from gtmgen.lint.html import text_of
from gtmgen.packs.model import Pack
from gtmgen.text import listing

_SORTS = {
    "smm": "a lookup table",
    "remm": "a regex table",
    "jsm": "Custom JavaScript",
    "v": "a data layer variable",
}


class OpenAccounts:
    """The tags that set up an account whose ID is not always the same.

    ``fields`` are the types of such tags, each with its field for the account.
    """

    def __init__(self, source: LiftedContainer, pack: Pack, fields: Mapping[str, str]) -> None:
        self._source = source
        self._title = pack.title
        self._pattern = re.compile(pack.settings["properties"]["measurement_id"]["pattern"])
        self._fields = fields
        self.by_tag = dict(self._list_tags())
        """Tag -> the variable, `{{Name}}`."""

    def _list_tags(self) -> Iterator[tuple[str, str]]:
        named = {text_of(tag, "measurementIdOverride") for tag in self._source.tags_of("gaawe")}
        for tag in self._source.tags_of(*self._fields):
            text = "" if tag.paused else text_of(tag, self._fields[str(tag.type)])
            variable = constant_of(self._source, text)
            # The Google tag is for other products, too.
            is_ours = tag.type == "gaawc" or text in named or self._gives_ours(variable)
            if "{{" in variable and is_ours:
                yield tag.name, variable

    def _gives_ours(self, text: str) -> bool:
        return any(self._pattern.search(result) for result in self._list_results(text))

    def _list_results(self, text: str) -> list[str]:
        variable = variable_of(self._source, text)
        results = results_of(variable) if variable is not None else []
        return list(dict.fromkeys(constant_of(self._source, one) for one in results))

    def describe(self, text: str) -> str:
        """What is to be decided about a variable, and what it gives where that is known."""
        variable = variable_of(self._source, text)
        sort = _SORTS.get(str(variable.type)) if variable is not None else None
        results = self._list_results(text)
        what = f", {sort}" if sort else ""
        gives = f" that gives {listing(results)}" if results else ""
        return (
            f"its {self._title} account is not a constant, but `{text}`{what}{gives}: decide on "
            "one `measurement_id`, and on that of each of the `environments`"
        )
