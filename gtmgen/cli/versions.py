"""``gtmgen versions``."""

from __future__ import annotations

from pathlib import Path

from gtmgen.cli.output import data
from gtmgen.cli.spec import load_spec
from gtmgen.cli.target import connect, describe
from gtmgen.push.version_details import read_details
from gtmgen.push.versions import list_versions
from gtmgen.report.versions_report import versions_json, versions_text


def run_versions(
    path: Path, env: str | None, target: str, details: int | None, format_: str, *, quiet: bool
) -> int:
    """List the versions of the spec's container, newest first.

    ``details``: of how many to read when they were made and by whom. GTM's API tells nobody who
    made a version: see :mod:`gtmgen.push.version_details`.
    """
    gtm = load_spec(path, env, quiet=quiet).spec.container.gtm
    with connect(target, verbs=["versions"], quiet=quiet) as manager:
        versions = list_versions(manager, manager.resolve_container(gtm))
        read = None if details is None else read_details(manager, versions, details)
    render = versions_json if format_ == "json" else versions_text
    data(render(gtm, describe(target), versions, read))
    return 0
