"""Says what :mod:`gtmgen.meaning` knows: phrases and facts, in one language."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.docs.sentences import Sentences, say_condition
from gtmgen.docs.words import Words, sentence_case
from gtmgen.meaning import phrases
from gtmgen.meaning.model import Fact, Meaning, Risk
from gtmgen.meaning.phrases import Phrase, mark_code
from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import Const, Spec
from gtmgen.text import fill

_SHOWN = 5
_WORDS = frozenset(("title", "description", "owner", "purpose"))


class Speaker:
    """Phrases and facts as sentences, which mark code with backticks."""

    def __init__(self, words: Words) -> None:
        self._words = words

    # -- facts -------------------------------------------------------------------------

    def sentence(self, fact: Fact) -> str:
        """What has changed."""
        words = self._words
        values: dict[str, object] = {name: self.text(value) for name, value in fact.values}
        values.update(key=fact.key, title=fact.title)
        values.update(
            before=self._say_side(fact, fact.before), after=self._say_side(fact, fact.after)
        )
        if fact.label:
            values["what"] = words(f"label.{fact.label}")
        text = words(f"changes.text.{fact.about}", **values)
        if not fact.events:
            return text
        events = [f"`{key}`" for key in fact.events[:_SHOWN]]
        if len(fact.events) > _SHOWN:
            events.append(words.count("changes.more", len(fact.events) - _SHOWN))
        return f"{text} {words('changes.concerns', events=words.join_and(events))}"

    def _say_side(self, fact: Fact, phrase: Phrase) -> str:
        """A side of a fact; of a field, people's words are quoted, all else is code."""
        text = self.text(phrase)
        if not fact.label or not text:
            return text
        if fact.label in _WORDS:
            text = text.replace("`", "'").removesuffix(".")
            return self._words("changes.quote", text=text)
        return mark_code(text)

    def risk(self, fact: Fact) -> str:
        """What may go wrong; nothing where nothing does."""
        values = {name: self.text(value) for name, value in fact.values}
        values.update(before=self.text(fact.before), after=self.text(fact.after))
        risks = (self._words(f"changes.risk.{name}", **values) for name in fact.risk.split())
        return " ".join(risks)

    def severity(self, fact: Fact) -> str:
        """What the change does, in a few words."""
        return self.severity_of(fact.severity)

    def severity_of(self, severity: Risk) -> str:
        """A severity by its name."""
        return self._words(f"changes.severity.{severity}")

    def concerned(self, fact: Fact) -> tuple[str, ...]:
        """Who should read it."""
        return tuple(self._words(f"changes.who.{item}") for item in fact.who)

    def summary(self, meaning: Meaning) -> str:
        """``2 new, 1 changed``, or that there is nothing."""
        if not meaning:
            return self._words("changes.none")
        counts = {str(sort): count for sort, count in meaning.counts().items()}
        told = [
            part
            for part in self._words.catalog["changes.summary"].split(", ")
            if not any(not count and f"{{{sort}}}" in part for sort, count in counts.items())
        ]
        return fill(", ".join(told), counts)

    # -- phrases -----------------------------------------------------------------------

    def text(self, phrase: Phrase) -> str:
        """One phrase; several are listed with "and"."""
        words = self._words
        match phrase:
            case str():
                return phrase
            case tuple():
                return words.join_and(map(self.text, phrase))
            case phrases.OneOf():
                return words.join_or(dict.fromkeys(map(self.text, phrase.items)))
            case phrases.Sentences():
                return " ".join(map(self.text, phrase.items))
            case phrases.Saying():
                values = {name: self.text(value) for name, value in phrase.values}
                return words(phrase.key, **values)
            case phrases.Condition():
                return say_condition(words, phrase.test)
            case _:
                return self._say_of_spec(phrase)

    def texts(self, items: Iterable[Phrase]) -> tuple[str, ...]:
        """Several phrases, each for itself."""
        return tuple(map(self.text, items))

    def _say_of_spec(
        self, phrase: phrases.Occasion | phrases.Pages | phrases.Exclusion | phrases.Origin
    ) -> str:
        sentences = Sentences(phrase.spec, self._words)
        match phrase:
            case phrases.Occasion():
                if phrase.narrowed:
                    return sentences.narrowed(phrase.trigger)
                return sentence_case(sentences.trigger(phrase.trigger))
            case phrases.Pages():
                return sentences.page_titles(phrase.patterns)
            case phrases.Exclusion():
                return self._format_exclusion(phrase.spec, phrase.name)
            case phrases.Origin():
                if isinstance(phrase.source, Const):
                    return self._words("source.constant", what=phrase.source.text)
                return sentences.source_of(phrase.source)

    def _format_exclusion(self, spec: Spec, name: str) -> str:
        sentences, trigger = Sentences(spec, self._words), trigger_of(spec, name)
        parts = [sentences.trigger(trigger), *sentences.limits(trigger.narrowing)]
        return self._words("exception", name=name, when="; ".join(parts))
