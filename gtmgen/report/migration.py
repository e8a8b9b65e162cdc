"""What `import --migrate` replaced, what that changes, and what a person must decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from gtmgen.compare.model import Difference, EntityChange
from gtmgen.container.kinds.table import SECTION
from gtmgen.importer.lift.model import SendProposal
from gtmgen.importer.migrate.run import Migration
from gtmgen.importer.verify.prove_sends import describe_send
from gtmgen.text import listing, plural, printable, quoted

_MARKS = {
    Difference.ADDED: "+",
    Difference.REMOVED: "-",
    Difference.CHANGED: "~",
    Difference.RENAMED: "~",
}


def render_migration_lines(migration: Migration) -> list[str]:
    """The replaced tags, the decisions that are left, and the plan; each with its heading."""
    lines = [""]
    if migration.replaced:
        lines.append(f"Replaced by tags of gtmgen's own ({len(migration.replaced)}):")
        replaced = _group((item.tag, _describe(item)) for item in migration.replaced)
        lines += [f"  {_name_tags(tags)}: {printable(text)}" for text, tags in replaced]
    else:
        lines.append("No tag is replaced.")
    decisions = [
        f"  {_name_each(tags)}: {printable(text)}."
        for text, tags in _group(_list_decisions(migration))
    ]
    if decisions:
        lines += ["", f"For you to decide ({len(decisions)}):", *decisions]
    cases = [
        f"  {_name_tags(tags)}: {printable(text)}." for text, tags in _group(_list_cases(migration))
    ]
    if cases:
        lines += ["", f"Otherwise with some values, or at some moments ({len(cases)}):", *cases]
    changes = migration.plan.changes
    if changes:
        lines += ["", f"What the plan will say ({plural(len(changes), 'change')}):"]
        lines += [f"  {_format_planned(change)}" for change in changes]
    return lines


def build_migration_json(migration: Migration) -> dict[str, Any]:
    """The same for programs."""
    return {
        "packs": [*migration.packs],
        "replaced": [
            {
                "tag": part.tag,
                "pack": part.pack,
                "platforms": part.platforms,
                "send": part.send,
                "send_by_trigger": part.send_by_trigger,
                "server": part.server,
                "params": part.params,
                "event_id": part.event_id,
                "data": part.data,
            }
            for item in migration.replaced
            for part in item.parts
        ],
        "decisions": [{"tag": tag, "text": text} for tag, text in _list_decisions(migration)],
        "cases": [{"tags": tags, "text": text} for text, tags in _group(_list_cases(migration))],
        "plan": [
            {"difference": item.difference.value, "kind": item.kind.value, "name": item.name}
            for item in migration.plan.changes
        ],
    }


def _group(sentences: Iterable[tuple[str, str]]) -> Iterable[tuple[str, Sequence[str]]]:
    """Sentence and tags: most sentences are true of many tags in the same way."""
    alike: dict[str, list[str]] = {}
    for tag, text in sentences:
        alike.setdefault(text, []).append(tag)
    return alike.items()


def _list_cases(migration: Migration) -> Iterator[tuple[str, str]]:
    for item in migration.replaced:
        for text in dict.fromkeys(text for part in item.parts for text in part.cases):
            yield item.tag, text


def _name_tags(tags: Sequence[str]) -> str:
    return f"{'tag' if len(tags) == 1 else 'tags'} {listing([printable(tag) for tag in tags])}"


def _name_each(tags: Sequence[str]) -> str:
    """In front of a sentence about one tag, which may say "it"."""
    return _name_tags(tags) if len(tags) == 1 else f"each of the {_name_tags(tags)}"


def _list_decisions(migration: Migration) -> Iterator[tuple[str, str]]:
    """Tag and sentence: what is otherwise than before, then what stays as it is."""
    for item in migration.replaced:
        for part in item.parts:
            if part.losses:
                with_event = f" with its `{part.event}`" if item.also else ""
                are = _is(len(part.losses))
                yield item.tag, f"{listing(part.losses)} {are} no longer sent{with_event}"
        for change in dict.fromkeys(
            text for part in item.parts for text in (*part.changes, *part.additions)
        ):
            yield item.tag, change
    for kept in migration.kept:
        yield kept.tag, f"it stays as it is: {kept.reason}"


def _describe(item: SendProposal) -> str:
    """What the spec says in place of a tag; that of the accounts where it is what loads them."""
    declared = [_leave_out_accounts(part) for part in item.parts]
    return describe_send(replace(declared[0], also=tuple(declared[1:])))


def _leave_out_accounts(part: SendProposal) -> SendProposal:
    return replace(part, platforms={}) if part.send or part.send_by_trigger else part


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _format_planned(change: EntityChange) -> str:
    word = SECTION[change.kind].removesuffix("s").replace("_", " ")
    before = ""
    if change.difference is Difference.RENAMED and change.old_name is not None:
        before = f"{quoted(change.old_name)} -> "
    return f"{_MARKS[change.difference]} {word} {before}{quoted(change.name)}"
