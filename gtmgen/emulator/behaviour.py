"""Switches for what Google does not document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Behaviour:
    """How the emulator acts where no public source says how the real service acts.

    Every default is a guess, chosen so that a client that gets through here has had to be
    careful: small pages, refusals instead of tolerance.
    """

    #: Entries per list page. No page size is documented and no request can set one.
    page_size: int = 50
    #: Status for a ``fingerprint`` that no longer matches. Third parties claim 409 and 412.
    stale_fingerprint_status: Literal[400, 409, 412] = 409
    #: Deleting what something else refers to. One third party reports a refusal.
    delete_in_use: Literal["refuse", "allow"] = "refuse"
    #: A reference by name (setup or teardown tag) or to a folder that is not there.
    unknown_reference: Literal["refuse", "allow"] = "refuse"
    #: ``{{Name}}`` without such a variable: the write is accepted (reported by third parties),
    #: the version is presumably not.
    missing_variable: Literal["compiler_error", "ignore"] = "compiler_error"
    #: Fields that genuine exports show on entities that never set them (``formatValue: {}``,
    #: ``monitoringMetadata``, ``consentSettings``, ``uniqueTriggerId``).
    fill_defaults: bool = True
    #: Whether renaming an entity rewrites the references to its old name.
    rename_rewrites_references: bool = False
    #: Status of a successful delete. All that is documented is an empty body.
    delete_status: Literal[200, 204] = 204
    #: Workspaces per container, the default one included (documented for free containers).
    max_workspaces: int = 3
