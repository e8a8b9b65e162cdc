"""Templates of the Community Gallery: installed by the call for that, since creates are refused.

Whoever agrees to a push acknowledges the permissions of the templates that its plan installs.
"""

from __future__ import annotations

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json
from gtmgen.container.entities import Kind, Template
from gtmgen.container.gallery import reference_of
from gtmgen.plan.gallery import is_installed_by
from gtmgen.plan.model import Change
from gtmgen.push.run import PushRun
from gtmgen.push.written import written


def install_templates(run: PushRun) -> None:
    """Everything that is left of this kind: what is made from it comes afterwards."""
    for change in run.plan.changes:
        if change.key in run.remaining and is_installed_by(change):
            _install(run, run.remaining[change.key])
            run.remaining.pop(change.key, None)
            run.count(change)


def _install(run: PushRun, change: Change) -> None:
    assert isinstance(change.desired, Template)  # nothing else is in the gallery
    run.sent = change
    run.calls += 1
    run.calls_left = max(run.calls_left - 1, 0)
    reference = reference_of(change.desired)
    try:
        answer = run.manager.import_from_gallery(
            run.workspace,
            str(reference["owner"]),
            str(reference["repository"]),
            reference.get("version") or None,
        )
    except CallError as error:
        if error.outcome_unknown:
            run.wrote(change)
            run.unsure = 1
        raise
    run.wrote(change)
    id_ = str(answer["path"]).rsplit("/", 1)[1]
    run.known.note(Kind.TEMPLATE, id_, answer)
    fields = _build_difference(change, answer, run)
    if fields is not None:
        run.update(Kind.TEMPLATE, id_, fields)


def _build_difference(change: Change, answer: Json, run: PushRun) -> Json | None:
    """What the spec has otherwise than the gallery: another name, a text that was edited."""
    assert isinstance(change.desired, Template)
    fields = dict(written(change, run.known.refs(), None))
    if not change.desired.data or not reference_of(change.desired).get("isModified"):
        # The gallery's own text stays to the byte: any other one cuts the template off from its
        # updates.
        fields["templateData"] = answer["templateData"]
        fields["galleryReference"] = answer["galleryReference"]
    same = all(answer.get(key) == value for key, value in fields.items())
    return None if same else {**answer, **fields}
