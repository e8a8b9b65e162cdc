"""What the page's Content-Security-Policy keeps away of the container and of the platforms."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from gtmgen.verify.judge.view import View
from gtmgen.verify.model import Trouble, VisitFinding
from gtmgen.verify.setting import GOOGLE, matches

GTM = "GTM"


def judge_policy(view: View) -> Iterator[VisitFinding]:
    """A finding for each directive that blocks a host of the container or of a platform."""
    hosts = {GOOGLE: GTM}
    for account in view.expected.accounts.values():
        observer = account.observer
        for host in (*observer.requests.hosts, urlsplit(observer.script_url or "").hostname):
            if host:
                hosts.setdefault(host, account.name)
    reported: set[str] = set()
    for entry in view.recording.entries:
        if not isinstance(entry, Trouble) or entry.kind != "policy" or entry.text in reported:
            continue
        reported.add(entry.text)
        blocked = urlsplit(entry.text.rpartition(" ")[2]).hostname or ""
        name = next((hosts[host] for host in hosts if matches(blocked, [host])), None)
        if name is not None:
            view.kept_away.add(name)
            yield view.finding(
                "blocked-by-policy",
                f"the page's Content-Security-Policy keeps {name} away: {entry.text}",
                view.expected.spec.origin.locate(("platforms",)),
                entry.at,
            )
