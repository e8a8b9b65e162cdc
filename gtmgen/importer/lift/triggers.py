"""Triggers to the forms of the language (`spec/forms/`), and what narrows them."""

from __future__ import annotations

from gtmgen.container.builtins import BUILT_IN_TRIGGER_LABELS
from gtmgen.container.entities import Kind, Trigger
from gtmgen.importer.lift.conditions import lift_where
from gtmgen.importer.lift.model import Lift, LiftedContainer
from gtmgen.importer.lift.pages import PageKeys, find_page_paths
from gtmgen.spec.forms.model import ENABLED_WHERE, TriggerReader
from gtmgen.spec.forms.page import lift_page
from gtmgen.spec.forms.registry import FORM_OF_TYPE
from gtmgen.spec.lifting import NotLiftedError, built_in_key, speakable


def lift_trigger(source: LiftedContainer, trigger: Trigger, pages: PageKeys) -> Lift:
    """The named trigger that compiles to this one. Raises :class:`NotLiftedError`."""
    name = speakable(trigger.name)
    if name in BUILT_IN_TRIGGER_LABELS:
        raise NotLiftedError("it has the name of a built-in trigger")
    # What the form does not have would be gone, and the trigger would fire at other times.
    if trigger.extra:
        raise NotLiftedError(f"the language has no word for `{min(dict(trigger.extra))}`")
    if trigger.protected:
        raise NotLiftedError("under `triggers`, the language has no word for `protected`")
    form = FORM_OF_TYPE.get(trigger.type)
    if form is None or (form.is_for_servers and source.context != "SERVER"):
        raise NotLiftedError(f"the language has no form for triggers of type `{trigger.type}`")
    reader = TriggerReader(source, trigger)
    data = form.lift(reader)
    reader.finish()
    if reader.enabled_where:
        data[ENABLED_WHERE] = lift_where(source, reader.enabled_where)
    # One page alone: two conditions on the path are AND, and a second page beside the first would
    # be OR.
    paths = _take_paths(reader)
    narrowed = lift_where(source, reader.conditions)
    needs: tuple[tuple[str, str], ...] = ()
    if paths is not None:
        page = pages.key(paths)
        needs = (("pages", page),)
        data = lift_page(data, page)
    if narrowed:
        data["where"] = narrowed
    if trigger.notes:
        data["description"] = trigger.notes
    data["name"] = name
    if trigger.folder is not None:
        data["folder"] = trigger.folder
    entity = (Kind.TRIGGER, name)
    return Lift("triggers", source.keys[entity], data, (entity,), needs)


def _take_paths(reader: TriggerReader) -> tuple[str, ...] | None:
    """The page of the first condition on a page, which is taken out."""
    for index, item in enumerate(reader.conditions):
        paths = find_page_paths(item)
        if paths is not None:
            built_in_key(reader.source, "Page Path")
            del reader.conditions[index]
            return paths
    return None
