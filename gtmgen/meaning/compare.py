"""Two specs compared by what they mean."""

from __future__ import annotations

from gtmgen.meaning.data import data_facts
from gtmgen.meaning.events import event_facts
from gtmgen.meaning.model import Meaning
from gtmgen.meaning.places import page_facts, site_facts
from gtmgen.meaning.platforms import platform_facts
from gtmgen.meaning.sides import Sides


def compare_sides(sides: Sides) -> Meaning:
    """What is new, changed or gone, in the order of the spec as it is now."""
    return Meaning(
        (
            *event_facts(sides),
            *platform_facts(sides),
            *page_facts(sides),
            *data_facts(sides),
            *site_facts(sides),
        )
    )
