"""The stored login: one file that only this user can read."""

from __future__ import annotations

import json
import stat
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gtmgen.errors import ApiError
from gtmgen.files.atomic import replace_file
from gtmgen.files.reading import read_limited

FORMAT = 1
_OPEN = stat.S_IRWXG | stat.S_IRWXO
_AGAIN = "log in again"


@dataclass(frozen=True)
class AccessToken:
    """A login for some scopes. ``expiry`` is when the access token ends, in epoch seconds."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expiry: float
    token_uri: str
    scopes: tuple[str, ...]
    email: str | None = None


class TokenStore:
    """``token.json`` in a folder of its own, which is made with access for this user only."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "token.json"

    def exists(self) -> bool:
        return self.path.exists()

    def write(self, token: AccessToken) -> None:
        """Replace the file whole. A folder that others can open is refused."""
        folder = self.path.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_open(folder, "chmod 700")
            text = json.dumps({"format": FORMAT, **asdict(token)}) + "\n"
            replace_file(self.path, [text.encode()], private=True)
        except OSError as error:
            raise ApiError(f"cannot write `{self.path}`: {error.strerror}") from None

    def read(self) -> AccessToken:
        try:
            _refuse_open(self.path, "chmod 600")
            raw = json.loads(read_limited(self.path))
        except FileNotFoundError:
            raise ApiError("there is no stored login", hint="log in first") from None
        except OSError as error:
            raise ApiError(f"cannot read `{self.path}`: {error.strerror}") from None
        except (ValueError, RecursionError):
            raise self._describe_damage() from None
        return self._read_token(raw)

    def delete(self) -> bool:
        """Whether there was something to delete."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ApiError(f"cannot delete `{self.path}`: {error.strerror}") from None
        return True

    def _read_token(self, raw: Any) -> AccessToken:
        if not isinstance(raw, dict) or raw.pop("format", None) != FORMAT:
            raise self._describe_damage()
        texts = ("client_id", "client_secret", "refresh_token", "access_token", "token_uri")
        scopes, email = raw.get("scopes"), raw.get("email")
        sound = (
            all(isinstance(raw.get(name), str) for name in texts)
            and isinstance(scopes, list)
            and all(isinstance(scope, str) for scope in scopes)
            and isinstance(raw.get("expiry"), int | float)
            and isinstance(email, str | None)
        )
        if not sound:
            raise self._describe_damage()
        fields = {name: raw[name] for name in texts}
        return AccessToken(**fields, expiry=raw["expiry"], scopes=tuple(scopes or ()), email=email)

    def _describe_damage(self) -> ApiError:
        return ApiError(f"the stored login in `{self.path}` is damaged", hint=_AGAIN)


def _refuse_open(path: Path, remedy: str) -> None:
    if sys.platform == "win32":  # its folders of a user are closed to others already
        return
    if path.stat().st_mode & _OPEN:
        raise ApiError(f"`{path}` can be read by other users", hint=f"run `{remedy} {path}`")
