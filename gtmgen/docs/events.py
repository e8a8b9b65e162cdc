"""One event of the spec as readers need it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gtmgen.contract.model import EventContract, EventNames
from gtmgen.docs.deliveries import Tools, document_delivery
from gtmgen.docs.event_ids import document_event_id
from gtmgen.docs.event_model import (
    Delivery,
    DeveloperMessage,
    EventDoc,
    Firing,
    OwnTag,
    OwnTagValue,
)
from gtmgen.docs.funnel import Funnel
from gtmgen.docs.message import document_message
from gtmgen.docs.words import sentence_case
from gtmgen.scenarios.model import Scenario
from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import Event, Narrowing, TriggerSpec


class Events:
    """Makes the events of one documentation."""

    def __init__(
        self,
        tools: Tools,
        funnel: Funnel,
        scenarios: Iterable[Scenario],
        last_changes: Mapping[str, str],
    ) -> None:
        self._tools = tools
        self._last_changes = last_changes
        self._scenarios = tuple(scenarios)
        self._funnel = funnel

    def event(self, event: Event) -> EventDoc:
        """All about one event."""
        tools = self._tools
        event_contract = tools.contract.events[event.key]
        deliveries = tuple(document_delivery(tools, event_contract, send) for send in event.send)
        firings = tuple(self._document_firing(event, index) for index in range(len(event.on)))
        pages = (
            *tools.sentences.pages(event.narrowing.pages),
            *(p for f in firings for p in f.pages),
        )
        step = self._funnel.step(event, deliveries)
        return EventDoc(
            key=event.key,
            title=event_contract.title,
            description=event.description,
            owner=event.owner,
            purpose=event.purpose,
            last_change=self._last_changes.get(event.key, ""),
            step=step,
            step_title=tools.words(f"funnel.{step}.title"),
            summary=self._format_summary(event, deliveries),
            firings=firings,
            pages=tuple(dict.fromkeys(pages)),
            conditions=self._describe_conditions(event),
            exceptions=tuple(dict.fromkeys(self._list_exceptions(event))),
            event_id=document_event_id(tools, event_contract) if event.send else None,
            deliveries=deliveries,
            own_tags=tuple(map(self._document_own_tag, event.custom_tags)),
            message=self._document_message(event_contract),
            data=event_contract.data,
            checklist=self._build_checklist(event, event_contract.names, deliveries),
            facts=tuple(tools.facts.renamed(event.renamed_from)),
        )

    def _document_own_tag(self, key: str) -> OwnTag:
        values = self._tools.tags.values(key)
        return OwnTag(
            self._tools.compiled.raw_tag(key),
            tuple(OwnTagValue(item.name, item.text, item.data, item.paths) for item in values),
        )

    # -- when --------------------------------------------------------------------------

    def _find_trigger(self, item: str | TriggerSpec) -> TriggerSpec:
        return trigger_of(self._tools.spec, item)

    def _document_firing(self, event: Event, index: int) -> Firing:
        item = event.on[index]
        tools, trigger = self._tools, self._find_trigger(item)
        named = item if isinstance(item, str) else None
        names = tools.compiled.triggers(named) if named else ()
        if trigger.form == "raw":
            names = (str(trigger.argument),)
        if not names:
            names = tools.compiled.triggers_at(event, index)
        pages = trigger.argument if trigger.form == "page" else ()
        conditions = list(tools.sentences.conditions(trigger.narrowing.where))
        if trigger.narrowing.pages:
            titles = tools.sentences.page_titles(trigger.narrowing.pages)
            conditions.insert(0, tools.words("condition.pages", pages=titles))
        return Firing(
            sentence=sentence_case(tools.sentences.trigger(trigger)),
            form=trigger.form,
            names=names,
            trigger=named if named in tools.spec.triggers else None,
            pages=tools.sentences.pages((*pages, *trigger.narrowing.pages)),
            conditions=tuple(conditions),
        )

    def _describe_conditions(self, event: Event) -> tuple[str, ...]:
        sentences = self._tools.sentences
        conditions = list(sentences.conditions(event.narrowing.where))
        if event.narrowing.pages:
            titles = sentences.page_titles(event.narrowing.pages)
            conditions.insert(0, self._tools.words("condition.pages", pages=titles))
        return tuple(conditions)

    def _list_exceptions(self, event: Event) -> Iterator[str]:
        spec, tools = self._tools.spec, self._tools
        blocking = list(event.narrowing.except_)
        for item in event.on:
            blocking.extend(self._find_trigger(item).narrowing.except_)
        for name in blocking:
            trigger = trigger_of(spec, name)
            parts = [tools.sentences.trigger(trigger)]
            parts.extend(tools.sentences.limits(trigger.narrowing))
            yield tools.words("exception", name=name, when="; ".join(parts))

    def _format_summary(self, event: Event, deliveries: tuple[Delivery, ...]) -> str:
        words, sentences = self._tools.words, self._tools.sentences
        when = words.join_or(
            dict.fromkeys(map(sentences.narrowed, map(self._find_trigger, event.on)))
        )
        if not deliveries:
            return words("summary.silent", when=when)
        delivered = words.join_and(f"{item.title} (`{item.event}`)" for item in deliveries)
        return words("summary.sent", when=when, platforms=delivered)

    # -- what --------------------------------------------------------------------------

    def _document_message(self, event_contract: EventContract) -> DeveloperMessage | None:
        if event_contract.message is None:
            return None
        tools = self._tools
        return document_message(event_contract.message, tools.words, tools.spec.site.event_id_key)

    def _build_checklist(
        self, event: Event, names: EventNames, deliveries: tuple[Delivery, ...]
    ) -> tuple[str, ...]:
        words = self._tools.words
        tags = [tag for sent in deliveries for tag in sent.tags]
        tags.extend(map(self._tools.compiled.raw_tag, event.custom_tags))
        steps = [words("check.preview")]
        if names.exact:
            steps.append(words("check.message", name=names.exact[0]))
        if tags:
            tag_names = words.join_and(f"`{tag}`" for tag in tags)
            steps.append(words("check.tags" if len(tags) > 1 else "check.tag", tags=tag_names))
        if any(sent.params for sent in deliveries):
            steps.append(words("check.values"))
        waiting = [sent.title for sent in deliveries if sent.consent]
        if waiting:
            all_wait = len(waiting) == len(deliveries) and not event.custom_tags
            key = "check.consent" if all_wait else "check.consent_some"
            steps.append(words(key, platforms=words.join_and(waiting)))
        if any(
            map(
                _is_narrowed,
                (event.narrowing, *(self._find_trigger(x).narrowing for x in event.on)),
            )
        ):
            steps.append(words("check.negative"))
        proofs = [one.name for one in self._scenarios if _is_proved_by(one, deliveries)]
        if proofs:
            steps.append(words("check.scenarios", names="; ".join(proofs)))
        return tuple(steps)


def _is_proved_by(scenario: Scenario, deliveries: tuple[Delivery, ...]) -> bool:
    """Whether a scenario expects one of the event's calls."""
    sent = {(item.platform, item.event) for item in deliveries}
    lists = [scenario.expect, *(step.expect for step in scenario.steps)]
    expected = (
        one for expectations in lists for one in expectations or () if one.subject == "call"
    )
    return any((one.names[0], one.event) in sent for one in expected)


def _is_narrowed(narrowing: Narrowing) -> bool:
    return bool(narrowing.where or narrowing.pages or narrowing.except_)
