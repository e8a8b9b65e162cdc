"""One comment with a marker on a pull or merge request: written once, then replaced.

The calls are GitHub's (`issues/N/comments`) and GitLab's (`merge_requests/N/notes`) REST APIs.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gtmgen.errors import GtmgenError

_SECONDS = 30
_PER_PAGE = 100
_MOST_PAGES = 50  # 5,000 comments; whoever has more gets a second one
_MOST_BYTES = 16 * 1024 * 1024

Json = Any


class NotAllowedError(GtmgenError):
    """The token may not write: on a pull request from a fork, it only reads."""


@dataclass(frozen=True)
class Thread:
    """The comments of one request; ``item`` is where one of them is replaced, up to its ID."""

    comments: str
    item: str
    replace: str
    headers: Mapping[str, str]

    def put(self, marker: str, body: str) -> str:
        """Replace the comment that begins with the marker, or write it: updated or created."""
        for comment in self._list_comments():
            if str(comment.get("body", "")).startswith(marker):
                if comment["body"] != body:
                    self._call(self.replace, f"{self.item}/{int(comment['id'])}", {"body": body})
                return "updated"
        self._call("POST", self.comments, {"body": body})
        return "created"

    def _list_comments(self) -> Iterator[Mapping[str, Json]]:
        for page in range(1, _MOST_PAGES + 1):
            comments = self._call("GET", f"{self.comments}?per_page={_PER_PAGE}&page={page}")
            if not isinstance(comments, list):
                raise GtmgenError("the comments of the request are not a list")
            yield from comments
            if len(comments) < _PER_PAGE:
                return

    def _call(self, method: str, url: str, data: Json = None) -> Json:
        request = urllib.request.Request(  # noqa: S310 - the URL is the CI's own
            url,
            method=method,
            data=None if data is None else json.dumps(data).encode(),
            headers={**self.headers, "Content-Type": "application/json", "User-Agent": "gtmgen"},
        )
        try:
            with _OPENER.open(request, timeout=_SECONDS) as answer:
                return json.loads(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (401, 403, 404):
                raise NotAllowedError(
                    f"the comment cannot be written: {method} was answered with {error.code}",
                    hint="the token needs to write to pull requests; on those from forks it only "
                    "reads",
                ) from None
            message = f"the comment cannot be written: {method} was answered with {error.code}"
            raise GtmgenError(message) from None
        except (OSError, ValueError) as error:
            raise GtmgenError(f"the comment cannot be written: {error}") from None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def github_thread(api: str, repository: str, number: int, token: str) -> Thread:
    """A pull request; ``repository`` is owner/name."""
    issues = f"{api.rstrip('/')}/repos/{quote(repository)}/issues"
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    return Thread(f"{issues}/{number}/comments", f"{issues}/comments", "PATCH", headers)


def gitlab_thread(api: str, project: str, number: int, token: str) -> Thread:
    """A merge request; ``project`` is the numeric ID or the path."""
    notes = f"{api.rstrip('/')}/projects/{quote(project, safe='')}/merge_requests/{number}/notes"
    return Thread(notes, notes, "PUT", {"PRIVATE-TOKEN": token})
