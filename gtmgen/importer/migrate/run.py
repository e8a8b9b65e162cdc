"""Tags of other makers replaced by those of gtmgen's packs, in a spec that was imported.

The import alone changes nothing; this does, and says what. What it applies are the proposals that
hold, and the proof is that the spec then compiles to the very same container, but for the tags
that go and for what gtmgen makes in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gtmgen.compare.changes import compare
from gtmgen.compare.model import Differences
from gtmgen.compare.snapshot import Entry, Snapshot, of_container
from gtmgen.container.entities import Kind
from gtmgen.container.references import references
from gtmgen.container.version import bodies_of
from gtmgen.errors import UsageError
from gtmgen.importer.convert import Converted
from gtmgen.importer.lift.model import KeptTag, Lift, SendProposal
from gtmgen.importer.migrate.apply_send import apply_send
from gtmgen.importer.read.container import Imported, Place
from gtmgen.importer.verify.prove import compile_files, prove
from gtmgen.importer.write.render import SpecSettings, render
from gtmgen.lint.recognise import platforms
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.text import listing


@dataclass(frozen=True)
class Migration:
    """What was replaced and what stays, tag by tag.

    ``plan`` is what the spec changes in the container that it was imported from.
    """

    packs: tuple[str, ...]
    replaced: tuple[SendProposal, ...]
    kept: tuple[KeptTag, ...]
    plan: Differences


@dataclass(frozen=True)
class _Applied:
    """Parts of a spec with proposals applied, and those that could not be."""

    lifts: tuple[Lift, ...]
    replaced: tuple[SendProposal, ...] = ()
    kept: tuple[KeptTag, ...] = ()


def check_packs(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once. Raises :class:`UsageError` for a pack that recognises no tags."""
    known = [platform.pack.name for platform in platforms()]
    for name in names:
        if name not in known:
            raise UsageError(
                f"`{name}` is not a pack whose tags gtmgen recognises; there are {listing(known)}"
            )
    return tuple(dict.fromkeys(names))


def migrate(
    converted: Converted, packs: Sequence[str], settings: SpecSettings, keys: Mapping[Place, str]
) -> tuple[Converted, Migration]:
    """Apply the proposals of the packs that hold together."""
    chosen = [send for send in converted.sends if send.pack in packs]
    proposals = [send for send in chosen if isinstance(send, SendProposal)]
    # What loads a platform's code comes first: others need the account that it declares.
    proposals.sort(key=lambda proposal: bool(proposal.send or proposal.send_by_trigger))
    migrator = _Migrator(converted.source, settings, keys)
    applied = migrator.apply(converted.lifts, proposals)
    files = render(converted.source, settings, keys, applied.lifts)
    kept = [send for send in chosen if isinstance(send, KeptTag)]
    migration = Migration(
        tuple(packs),
        applied.replaced,
        (*kept, *applied.kept),
        compare(
            _take_snapshot(converted.source), of_container(compile_files(files, settings.main))
        ),
    )
    named = {send.tag for send in chosen}
    findings = tuple(
        item
        for item in converted.findings
        if not (item.sort == "suggestion" and item.kind is Kind.TAG and item.name in named)
    )
    return replace(converted, files=files, lifts=applied.lifts, findings=findings), migration


def _take_snapshot(source: Imported) -> Snapshot:
    """What was imported, without what the spec cannot hold."""
    entries = (Entry(kind, name, form) for (kind, name), form in source.canonical.items())
    return Snapshot(tuple(entries), source.built_ins, source.context)


@dataclass(frozen=True)
class _Migrator:
    source: Imported
    settings: SpecSettings
    keys: Mapping[Place, str]

    def apply(self, lifts: tuple[Lift, ...], proposals: Sequence[SendProposal]) -> _Applied:
        """All that hold together, and that no tag which stays needs.

        Where a tag stays because of another one, that one's reason is its own, not that the first
        stays.
        """
        needed: dict[str, str] = {}
        reasons: dict[tuple[str, str], KeptTag] = {}
        while True:
            applied = self._apply(lifts, proposals, needed)
            for kept in applied.kept:
                reasons.setdefault((kept.tag, kept.pack), kept)
            # One reason at a time, from the beginning: without a tag that now stays, others may
            # hold or not.
            more = _find_needing_others(applied) or self._find_needed_by_others(applied)
            if not more:
                first = tuple(reasons[kept.tag, kept.pack] for kept in applied.kept)
                return replace(applied, kept=first)
            needed |= more

    def _find_needed_by_others(self, applied: _Applied) -> dict[str, str]:
        """Replaced tags that a tag which stays refers to, with the reason why they stay, too."""
        gone = {proposal.tag for proposal in applied.replaced}
        return {
            item.name: f"`{body['name']}`, which stays, refers to it"
            for body in bodies_of(self.source.version)[Kind.TAG]
            if body["name"] not in gone
            for item in references(body)
            if item.kind is Kind.TAG and item.name in gone
        }

    def _apply(
        self,
        lifts: tuple[Lift, ...],
        proposals: Sequence[SendProposal],
        needed: Mapping[str, str],
    ) -> _Applied:
        """Each that holds together with those before it."""
        start = _Applied(lifts)
        for proposal in proposals:
            if proposal.tag in needed:
                start = _keep(start, proposal, needed[proposal.tag])
        return self._add(start, [one for one in proposals if one.tag not in needed])

    def _add(self, applied: _Applied, group: Sequence[SendProposal]) -> _Applied:
        """The group in addition, as far as it holds.

        Most hold, and to compile a spec takes long: all are tried together, then halves of them.
        """
        tried = applied
        for proposal in group:
            tried = self._put(tried, proposal)
        problem = self._find_problem(tried) if group else None
        if problem is None:
            return tried
        if len(group) == 1:
            return _keep(applied, group[0], problem)
        middle = len(group) // 2
        return self._add(self._add(applied, group[:middle]), group[middle:])

    def _put(self, applied: _Applied, proposal: SendProposal) -> _Applied:
        if proposal.drops_code:
            return _keep(applied, proposal, "its code does more than load the platform's")
        if proposal.lost_settings:
            names = listing(proposal.lost_settings)
            return _keep(applied, proposal, f"a tag of gtmgen's own would not have its {names}")
        declared = {lift.key for lift in applied.lifts if lift.section == "platforms"}
        if proposal.needs_account and not proposal.send.keys() <= declared:
            reason = "the tag that sets up its account stays, and gtmgen's would be a second one"
            return _keep(applied, proposal, reason)
        try:
            lifts = apply_send(proposal, applied.lifts, self.keys)
        except NotLiftedError as error:
            return _keep(applied, proposal, str(error))
        return replace(applied, lifts=tuple(lifts), replaced=(*applied.replaced, proposal))

    def _find_problem(self, applied: _Applied) -> str | None:
        """What is wrong beside that the replaced tags are gone; None where nothing is."""
        files = render(self.source, self.settings, self.keys, applied.lifts)
        verdict = prove(files, self.settings.main, self.source)
        if verdict.problems:
            problem = verdict.problems[0]
            return f"`validate` would refuse it ({problem.message} [{problem.rule}])"
        gone = {(Kind.TAG, proposal.tag) for proposal in applied.replaced}
        changed = sorted(name for _, name in verdict.different - gone)
        if changed:
            return f"it would change {listing(changed)}"
        # One that is enabled in addition does no harm: only what would be switched off counts.
        lost = verdict.built_ins & self.source.built_ins
        return f"it would switch off {listing(sorted(lost))}" if lost else None


def _find_needing_others(applied: _Applied) -> dict[str, str]:
    """Replaced tags that make sense only if others are replaced, too, with one that is not."""
    gone = {proposal.tag for proposal in applied.replaced}
    return {
        proposal.tag: (
            f"`{staying[0]}`, which stays, would load the code anew, and what was sent until then "
            "would be lost"
        )
        for proposal in applied.replaced
        if (staying := [name for name in proposal.together_with if name not in gone])
    }


def _keep(applied: _Applied, proposal: SendProposal, reason: str) -> _Applied:
    kept = KeptTag(proposal.tag, proposal.pack, reason)
    return replace(applied, kept=(*applied.kept, kept))
