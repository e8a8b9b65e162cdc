"""Switches for what Google does not document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

from gtmgen.emulator.options import read_options, require_positive


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
    #: ``bulk_update``: all or nothing, refused altogether (400 and nothing said), ``new_<n>`` known
    #: only where the documentation shows it (``parentFolderId``), or what comes before the first
    #: bad entity stays. Nobody has published a real answer, good or bad.
    bulk: Literal["atomic", "refused", "parent_folder_only", "partial"] = "atomic"
    #: Entities per ``bulk_update``; no limit is documented.
    bulk_max_changes: int | None = None
    #: Whether an entity of a ``bulk_update`` may refer only to what stands before it, or to any
    #: other of the request. ``partial`` always goes in the order of the list.
    bulk_order: Literal["as_listed", "any"] = "as_listed"
    #: The order of a ``bulk_update``'s answer: the request's, or kind by kind. Nothing documented
    #: links an answered entity to its ``new_<n>``.
    bulk_reply_order: Literal["request", "kind"] = "kind"
    #: Creating a template with a ``galleryReference``: a public report says that it is refused.
    gallery_reference: Literal["refuse", "allow"] = "refuse"
    #: ``folders.entities`` was once seen to answer 404 for a folder that exists.
    folder_entities: Literal["answer", "not_found"] = "answer"
    #: Workspaces per container, the default one included (documented for free containers).
    max_workspaces: int = 3

    def __post_init__(self) -> None:
        require_positive(self, "page_size", "max_workspaces")

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """``{"page_size": 5, ...}``; raises ValueError that names the flaw."""
        return read_options(cls, data, "the behaviour")
