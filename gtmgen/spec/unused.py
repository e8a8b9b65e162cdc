"""What a spec's parts use by GTM's names instead of by keys: in raw entities, code and files.

Only then is it certain that nothing uses a data key or a trigger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gtmgen.container.plain import FILE
from gtmgen.container.references import list_texts
from gtmgen.container.values import REFERENCE
from gtmgen.diagnostics import Problem
from gtmgen.source.yaml_text import UnreadableError
from gtmgen.spec.model import Spec

_WITH_NAMES = ("script", "template")
"""Sources of data that name variables as GTM does."""
UNUSED = {"unused-data": "data", "unused-trigger": "triggers"}
"""The rules about what nobody uses, and the section of each."""


def without_mentioned(
    problems: Iterable[Problem], spec: Spec, read: Callable[[str], str]
) -> list[Problem]:
    """The problems without those that call something unused that a text names.

    ``read`` gives the text of a file; one that cannot be read is the compiler's to tell.
    """
    problems = [*problems]
    if not any(problem.rule in UNUSED for problem in problems):
        return problems
    used = {*_data(spec, read), *(("triggers", key) for key in named_by_raw(spec))}
    return [
        problem
        for problem in problems
        if problem.rule not in UNUSED or (UNUSED[problem.rule], problem.path[1]) not in used
    ]


def _data(spec: Spec, read: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    keys = _keys(spec, "variable", {key: item.name for key, item in spec.data.items()}, "data")
    for text in _texts(spec, read):
        for name in REFERENCE.findall(text):
            if name in keys:
                yield "data", keys[name]


def named_by_raw(spec: Spec) -> set[str]:
    """The triggers that raw entities name, by the name that they have in GTM."""
    keys: dict[str, str] = {}
    mentioned: set[str] = set()
    for key, trigger in spec.triggers.items():
        keys.update(_keys(spec, "trigger", {key: trigger.name}, trigger.form))
    for entities in spec.raw.values():
        for raw in entities.values():
            for text in list_texts(raw.data):
                # A form that makes several triggers puts a word in brackets behind the name.
                for name in (text, text.rpartition(" (")[0]):
                    if name in keys:
                        mentioned.add(keys[name])
    return mentioned


def _keys(spec: Spec, kind: str, names: dict[str, str | None], form: str) -> dict[str, str]:
    pattern = spec.container.naming.get(kind, "{form} - {key}")
    pattern = pattern.replace("{form}", form).replace("{project}", spec.project)
    return {
        name or pattern.replace("{key}", key).replace("{title}", key): key
        for key, name in names.items()
    }


def _texts(spec: Spec, read: Callable[[str], str]) -> Iterator[str]:
    scripts = [item.argument for item in spec.data.values() if item.source in _WITH_NAMES]
    raws = [raw.data for entities in spec.raw.values() for raw in entities.values()]
    for value in (*scripts, *raws):
        yield from list_texts(value)
        for file in _files(value):
            try:
                yield read(file)
            except (OSError, ValueError, UnreadableError):
                continue


def _files(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.keys() == {FILE} and isinstance(value[FILE], str):
            yield value[FILE]
        for item in value.values():
            yield from _files(item)
    elif isinstance(value, list):
        for item in value:
            yield from _files(item)
