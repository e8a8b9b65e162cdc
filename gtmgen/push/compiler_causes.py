"""Why GTM may not have compiled a workspace: it answers no more than ``compilerError: true``.

The causes are findings of the linter about what GTM holds: what refers to nothing, variables that
refer to themselves, and scripts that GTM's compiler does not take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gtmgen.api.port import Json, TagManager
from gtmgen.container.builtins import MOBILE_TRIGGER_IDS
from gtmgen.container.entities import Kind, Tag, TriggerId
from gtmgen.container.reading import read_entity
from gtmgen.container.version import bodies_of, built_in_key, built_ins_of, context_of, names_of
from gtmgen.errors import GtmgenError
from gtmgen.lint.engine import load_check
from gtmgen.lint.view import ContainerView
from gtmgen.text import plural, printable

_CHECKS = (
    "dangling-variable",
    "built-in-off",
    "sequence-missing",
    "circular-variables",
    "script-syntax-error",
    "script-not-es5",
)
_KINDS = (Kind.TEMPLATE, Kind.VARIABLE, Kind.TRIGGER, Kind.TAG)
_MOST = 5
_UNKNOWN = (
    "GTM names no cause to the API; the workspace's Preview in GTM does (often a variable or a "
    "trigger that is not there)"
)


def hint_for_workspace(manager: TagManager, workspace_path: str) -> str:
    """What may be wrong with a workspace, which is read once more; the API's silence otherwise."""
    container_path = workspace_path.partition("/workspaces/")[0]
    try:
        context = context_of({"container": manager.container(container_path)})
        bodies = {kind: manager.list_entities(workspace_path, kind.value) for kind in _KINDS}
        built_ins = manager.list_entities(workspace_path, "built_in_variable")
    except GtmgenError:
        return _UNKNOWN
    enabled = frozenset(built_in_key(str(item["type"])) for item in built_ins)
    return _describe_causes(_build_view(bodies, enabled, context))


def hint_for_version(manager: TagManager, version_path: str) -> str:
    """The same for a version that is to be published."""
    try:
        version = manager.version(version_path)
    except GtmgenError:
        return _UNKNOWN
    return _describe_causes(
        _build_view(bodies_of(version), built_ins_of(version), context_of(version))
    )


def _build_view(
    bodies: Mapping[Kind, Sequence[Json]], built_ins: frozenset[str], context: str
) -> ContainerView:
    names = names_of(bodies)
    entities = {
        kind: [read_entity(kind, item, names) for item in items] for kind, items in bodies.items()
    }
    return ContainerView(entities, built_ins, context)


def _describe_causes(view: ContainerView) -> str:
    causes = [*_list_unknown_triggers(view), *_list_findings(view)]
    if not causes:
        return _UNKNOWN
    more = len(causes) - _MOST
    lines = [*causes[:_MOST], *([f"and {plural(more, 'more finding')}"] if more > 0 else [])]
    return "GTM names no cause; the likely one is here:\n" + "\n".join(f"  {it}" for it in lines)


def _list_findings(view: ContainerView) -> Iterator[str]:
    for rule in _CHECKS:
        for finding in load_check(rule)(view):
            kind = finding.kind.value if finding.kind is not None else ""
            yield printable(f"{kind} `{finding.name}`: {finding.text}")


def _list_unknown_triggers(view: ContainerView) -> Iterator[str]:
    for tag in view.of_kind(Kind.TAG):
        for ref in (*tag.firing, *tag.blocking) if isinstance(tag, Tag) else ():
            if isinstance(ref, TriggerId) and ref.id not in MOBILE_TRIGGER_IDS:
                yield printable(f"tag `{tag.name}`: It refers to a trigger that does not exist.")
