"""The settings of a spec's container, of its site and of consent, as frozen objects."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class ContainerSettings(Struct, frozen=True):
    """Which container, which workspace, and how things are named in it."""

    gtm: str
    workspace: str = "gtmgen"
    folder: str | None = None
    context: str = "web"
    export_layout: str | None = None
    naming: Mapping[str, str] = field(default_factory=dict)


class Site(Struct, frozen=True):
    """Settings for the whole site."""

    hosts: tuple[str, ...] = ()
    navigation: str = "pages"
    page_identity: str = "path"
    ignore_query: tuple[str, ...] = ()
    replace_state: str = "same"
    currency: str | None = None
    event_id_key: str = "event_id"
    data_layer: str = "dataLayer"
    decimal: str | None = None

    @property
    def is_spa(self) -> bool:
        """Whether pages change without a load."""
        return self.navigation == "spa"


class ConsentSettings(Struct, frozen=True):
    """What counts until the visitor has chosen, and when the choice is known.

    ``default`` maps consent types to granted or denied; None: nobody said, empty: the site sets it
    before GTM starts.
    """

    default: Mapping[str, str] | None = None
    wait_for_update: int | None = None
    granted_on: str | None = None
