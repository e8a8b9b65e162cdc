"""The accounts of a spec whose platform has a catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from gtmgen.packs.catalogue import CatalogueRules, load_catalogue_rules
from gtmgen.spec.model import Platform, Spec


@dataclass(frozen=True)
class CatalogueAccount:
    """A platform of the spec that has a catalogue, and what it takes."""

    platform: Platform
    rules: CatalogueRules

    @property
    def name(self) -> str:
        return self.platform.name

    @property
    def content_id(self) -> str:
        """The item field whose values are sent as content IDs."""
        return str(self.platform.setting(self.rules.id_setting))

    @property
    def content_type(self) -> str:
        return str(self.platform.setting(self.rules.type_setting))

    @property
    def column(self) -> str:
        """The column of a feed that the content type stands for."""
        return self.rules.types.get(self.content_type, "sku_id")


def find_catalogue_accounts(spec: Spec) -> list[CatalogueAccount]:
    """The platforms of a spec that have a catalogue."""
    return [
        CatalogueAccount(platform, rules)
        for platform in spec.platforms.values()
        if (rules := load_catalogue_rules(platform.pack)) is not None
    ]
