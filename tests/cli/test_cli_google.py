"""What speaks to Google: connections, doctor, login and logout. No network but loopback."""

from __future__ import annotations

import json
import os
import re
import stat
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from api.harness import Endpoint, endpoint
from push.harness import Gtm, Result, Shell

from gtmgen.api import (
    EDIT,
    PUBLISH,
    READ,
    VERSIONS,
    AccessToken,
    Identity,
    RetryingTagManager,
    TokenStore,
)
from gtmgen.cli import account
from gtmgen.cli.target import connect
from gtmgen.emulator import make_error_response
from gtmgen.errors import ApiError

BOT = "bot@acme-tags.iam.gserviceaccount.com"
SECRETS = ("ya29.", "1//", "GOCSPX", "MARKER")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's state folder, and a user without any credentials."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GTMGEN_IMPERSONATE", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return tmp_path / "state" / "gtmgen"


@pytest.fixture
def tokens() -> Iterator[Endpoint]:
    with endpoint() as served:
        yield served


def store_login(state: Path, *scopes: str, token_uri: str = "http://127.0.0.1:9/") -> TokenStore:
    store = TokenStore(state / "login")
    store.write(
        AccessToken("123-abc", "GOCSPX-MARKER", "1//MARKER-refresh", "ya29.MARKER", 0.0, token_uri,
              scopes, "ann@example.com")
    )  # fmt: skip
    return store


def user_file(folder: Path, name: str = "adc.json") -> Path:
    path = folder / name
    info = {"client_id": "99-x", "client_secret": "GOCSPX-MARKER", "refresh_token": "1//MARKER"}
    path.write_text(json.dumps({"type": "authorized_user", **info}))
    return path


# -- connections -----------------------------------------------------------------------


@pytest.fixture
def google(state: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a connection to Google is made with; an emulated GTM answers."""
    store_login(state, READ, EDIT, VERSIONS, PUBLISH)
    used: dict[str, Any] = {"gtm": Gtm()}

    def connect_identity(identity: Identity, pacer: Any) -> Any:
        used.update(identity=identity, quota=pacer)
        return used["gtm"].manager

    used["connect"] = connect_identity
    monkeypatch.setattr("gtmgen.api.connect.connect_identity", connect_identity)
    return used


@pytest.mark.parametrize(
    ("options", "scopes"),
    [
        ({"write": False}, (READ,)),
        ({"write": True}, (EDIT,)),
        ({"verbs": ["versions"]}, (READ,)),
        ({"verbs": ["versions", "publish"]}, (READ, PUBLISH)),
        ({"verbs": ["push", "version"]}, (EDIT, VERSIONS)),
    ],
)
def test_the_least_scopes(
    google: dict[str, Any], options: dict[str, Any], scopes: tuple[str, ...]
) -> None:
    with connect("api", **options) as manager:
        assert isinstance(manager, RetryingTagManager)

    assert google["identity"].scopes == scopes


def test_the_quota_is_counted_in_the_users_state_folder(
    google: dict[str, Any], state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    with connect("api"):
        google["quota"].wait()

    keys = json.loads((state / "quota.json").read_text())["keys"]
    assert [(key, usage["count"]) for key, usage in keys.items()] == [("project 123", 1)]
    assert list(work.iterdir()) == []


def test_waits_for_the_quota_are_told(
    google: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [1_795_348_800.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    monkeypatch.setattr("time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    for quiet in (False, True):
        with connect("api", quiet=quiet):
            for _ in range(26):
                google["quota"].wait()

    out, err = capsys.readouterr()
    assert out == ""
    assert err == "waiting 101 s for GTM's quota of 25 calls in 100 seconds\n"


def test_a_failed_call_is_made_again_and_that_is_told(
    google: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    monkeypatch.setattr("random.random", lambda: 0.25)
    answers = [make_error_response("Try later. ya29.MARKER", 503)]
    gtm = google["gtm"]
    gtm.fault = lambda request, send: answers.pop() if answers else send(request)

    def work() -> int:
        with connect("api") as manager:
            return len(manager.accounts())

    gtm.recorded(work)

    assert slept == [1.25]
    assert capsys.readouterr().err == (
        "accounts.list failed with 503: Try later. [redacted]; trying again in 1 s\n"
    )


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_STATE_HOME": "/x"}, "/x/gtmgen"),
        ({"XDG_STATE_HOME": "", "HOME": "/h"}, "/h/.local/state/gtmgen"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/h"}, "/h/.local/state/gtmgen"),
    ],
)
def test_the_state_folder(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], folder: str
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert account.state_folder() == Path(folder)


def test_a_user_without_a_home(state: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    del state
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(Path, "home", home)

    assert shell.run("logout") == Result(
        2, "", "error: there is no home folder to keep a login in\n\nhint: set XDG_STATE_HOME\n"
    )
    nobody = Identity("user", "x", None, "project p", (), None)
    assert account.quota_of(nobody, quiet=True).left_today() == 10_000


# -- whose credentials ------------------------------------------------------------------


def test_a_stored_login_is_used(state: Path) -> None:
    store_login(state, READ)

    found = account.find_account([READ])

    assert (found.kind, found.email) == ("stored login", "ann@example.com")
    with pytest.raises(ApiError, match=r"lacks the scope `tagmanager\.publish`"):
        account.find_account([PUBLISH])


def test_the_variable_goes_before_a_stored_login(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_login(state, READ)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(user_file(tmp_path)))

    found = account.find_account([READ])

    assert (found.kind, found.source) == ("user", "application default credentials")


def test_a_service_account_to_act_as(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del state
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(user_file(tmp_path)))
    monkeypatch.setenv("GTMGEN_IMPERSONATE", BOT)

    found = account.find_account([EDIT])

    assert (found.kind, found.email, found.quota_key) == (
        "impersonated service account",
        BOT,
        "project acme-tags",
    )
    assert found.scopes == (EDIT,)


# -- doctor ----------------------------------------------------------------------------

LOCAL = """\
GTM-SHOP1, workspace gtmgen (local GTM)

  ok      API          answers; 1 account can be seen
  ok      container    `GTM-SHOP1` (accounts/6000000001/containers/180000001)
  ok      workspaces   `gtmgen` has to be made; 1 there, 2 of 3 free (more in Tag Manager 360)
"""
NEW = LOCAL.replace(
    "`GTM-SHOP1` (accounts/6000000001/containers/180000001)",
    "`GTM-SHOP1` is not there yet; the first push makes it",
)


def test_the_doctor_of_a_spec_and_of_a_container(shell: Shell) -> None:
    shell.spec()
    assert shell.gtm.container

    assert shell.run("doctor", "spec.yaml", "--target", "local") == Result(0, LOCAL, "")
    assert shell.run("doctor", "--gtm", "GTM-SHOP1", "--target", "local") == Result(0, LOCAL, "")
    assert not shell.gtm.writes


@pytest.mark.parametrize("given", [["spec.yaml"], ["--gtm", "GTM-SHOP1"]])
def test_a_local_container_that_is_not_there_yet(shell: Shell, given: list[str]) -> None:
    shell.spec()

    assert shell.run("doctor", *given, "--target", "local") == Result(0, NEW, "")


@pytest.mark.parametrize("gtm", ["shop", "GTM-shop1", "accounts/1"])
def test_a_local_container_that_cannot_be(shell: Shell, gtm: str) -> None:
    assert shell.gtm.container

    result = shell.run("doctor", "--gtm", gtm, "--target", "local")

    assert (result.code, result.err) == (5, "")
    assert result.out == (
        f"{gtm}, workspace gtmgen (local GTM)\n\n"
        "  ok      API          answers; 1 account can be seen\n"
        f"  not ok  container    `{gtm}` names no container\n"
        "          hint: write `GTM-XXXX`, or `accounts/1/containers/2`\n"
    )


def test_reading_a_local_gtm_writes_nothing(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    shell.spec()
    for verb in (["plan"], ["doctor"], ["versions"]):
        for target in ("local", "local:own/state.json"):
            assert shell.run(*verb, "spec.yaml", "--target", target).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["spec.yaml"]

    assert shell.run("push", "spec.yaml", "--target", "local", "--yes", "-q").code == 0
    (lock,) = tmp_path.glob(".gtmgen/*.lock")
    lock.unlink()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for verb in (["plan"], ["doctor"], ["versions"]):
        assert shell.run(*verb, "spec.yaml", "--target", "local").code == 0
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


def test_the_doctors_json(shell: Shell) -> None:
    shell.spec()
    assert shell.gtm.container
    for name in ("one", "two"):
        shell.gtm.workspace(name)

    result = shell.run("doctor", "spec.yaml", "--target", "local", "--format", "json")

    assert (result.code, result.err) == (5, "")
    assert json.loads(result.out) == {
        "format_version": "1.0",
        "ok": False,
        "containers": [
            {
                "container": "GTM-SHOP1",
                "workspace": "gtmgen",
                "target": "local GTM",
                "ok": False,
                "checks": [
                    {
                        "name": "API",
                        "ok": True,
                        "detail": "answers; 1 account can be seen",
                        "hint": None,
                    },
                    {
                        "name": "container",
                        "ok": True,
                        "detail": "`GTM-SHOP1` (accounts/6000000001/containers/180000001)",
                        "hint": None,
                    },
                    {
                        "name": "workspaces",
                        "ok": False,
                        "detail": "`gtmgen` has to be made; 3 there, 0 of 3 free (more in Tag "
                        "Manager 360)",
                        "hint": "delete or merge one in Tag Manager, or name an existing one as "
                        "`container.workspace`",
                    },
                ],
            }
        ],
    }


def test_one_diagnosis_for_each_container(shell: Shell) -> None:
    text = shell.spec()
    shell.spec(name="same.yaml")
    other = (shell.folder / text).read_text().replace("GTM-SHOP1", "GTM-OTHER1")
    shell.spec(other, "other.yaml")

    result = shell.run("doctor", "spec.yaml", "same.yaml", "other.yaml", "--target", "local")

    assert result.code == 0
    assert re.findall(r"(?m)^GTM-\w+", result.out) == ["GTM-SHOP1", "GTM-OTHER1"]
    assert ")\n\nGTM-OTHER1" in result.out


def test_what_is_not_in_place_is_5(shell: Shell) -> None:
    shell.spec()
    for name in ("one", "two"):
        shell.gtm.workspace(name)

    result = shell.run("doctor", "spec.yaml", "--target", "local")

    assert (result.code, result.err) == (5, "")
    assert result.out.endswith(
        "  not ok  workspaces   `gtmgen` has to be made; 3 there, 0 of 3 free (more in Tag Manager "
        "360)\n          hint: delete or merge one in Tag Manager, or name an existing one as "
        "`container.workspace`\n"
    )


@pytest.mark.parametrize(
    ("arguments", "more"), [([], ""), (["spec.yaml", "--gtm", "GTM-SHOP1"], ", not both")]
)
def test_the_doctor_needs_one_of_both(shell: Shell, arguments: list[str], more: str) -> None:
    shell.spec()

    assert shell.run("doctor", *arguments) == Result(
        2, "", f"error: name specs, or a container with `--gtm GTM-XXXX`{more}\n"
    )


def test_without_credentials(state: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    def default(**_: Any) -> Any:
        raise DefaultCredentialsError("Your default credentials were not found.")

    del state
    monkeypatch.setattr(google.auth, "default", default)
    shell.spec()

    result = shell.run("doctor", "spec.yaml")

    assert (result.code, result.err) == (5, "")
    assert result.out.startswith(
        "GTM-SHOP1, workspace gtmgen (Google Tag Manager)\n\n"
        "  not ok  credentials  no Google credentials found\n"
        "          hint: run `gtmgen login`, or `gcloud auth application-default login "
        "--scopes="
    )


def test_the_doctor_of_google(
    google: dict[str, Any], shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gtmgen.cli.doctor.granted_scopes", lambda *_: (READ, EDIT))
    shell.spec()
    assert google["gtm"].container
    source = account.token_store()
    assert source

    result = shell.run("doctor", "spec.yaml")

    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "GTM-SHOP1, workspace gtmgen (Google Tag Manager)\n\n"
        f"  ok      credentials  stored login `ann@example.com`, from {source.path}\n"
        "  ok      quota        10,000 calls left today, as counted on this machine\n"
        "  ok      scopes       tagmanager.edit.containers\n"
        "  ok      API          answers; 1 account can be seen\n"
        "  ok      container    `GTM-SHOP1` (accounts/6000000001/containers/180000001)\n"
        "  ok      permission   can read; Google tells only at a write whether it can edit\n"
        "  ok      workspaces   `gtmgen` has to be made; 1 there, 2 of 3 free (more in Tag "
        "Manager 360)\n"
    )


# -- login and logout --------------------------------------------------------------------


def client_file(folder: Path, tokens: Endpoint) -> None:
    held = {
        "client_id": "123-abc.apps.googleusercontent.com",
        "client_secret": "GOCSPX-MARKER",
        "auth_uri": "https://accounts.example/auth",
        "token_uri": f"{tokens.uri}/token",
    }
    (folder / "client.json").write_text(json.dumps({"installed": held}))


class Browser:
    """Agrees to whatever it is shown, or refuses."""

    def __init__(self, **answer: str) -> None:
        self.scopes: list[str] = []
        self._answer = answer

    def open(self, address: str) -> bool:
        query = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        self.scopes = query["scope"].split()
        reply = urlencode({"state": query["state"], **self._answer})
        uri = f"{query['redirect_uri']}?{reply}"
        threading.Thread(target=lambda: urllib.request.urlopen(uri).close()).start()
        return True


@pytest.fixture
def browser(state: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A machine with a screen."""
    del state
    made = Browser(code="4/MARKER-code")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("webbrowser.open", made.open)
    return made


@pytest.mark.parametrize(
    ("more", "scopes"), [([], [READ, EDIT, VERSIONS, PUBLISH]), (["--read-only"], [READ])]
)
def test_login(
    state: Path,
    shell: Shell,
    tokens: Endpoint,
    browser: Browser,
    more: list[str],
    scopes: list[str],
) -> None:
    client_file(shell.folder, tokens)
    granted = {"access_token": "ya29.MARKER", "refresh_token": "1//MARKER", "expires_in": 3599}
    tokens.replies["/token"] = [(200, {**granted, "scope": " ".join(scopes)})]

    result = shell.run("login", "--client", "client.json", *more)

    assert (result.code, result.out) == (0, "")
    assert browser.scopes[2:] == scopes
    path = state / "login" / "token.json"
    assert re.fullmatch(
        r"agree in the browser of this machine, within five minutes:\n\n"
        rf"  https://accounts\.example/auth\?\S+\n\nlogged in; the login is kept in {path}\n",
        result.err,
    )
    assert not [secret for secret in SECRETS if secret in result.err]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert TokenStore(path.parent).read().scopes == tuple(scopes)


def test_a_login_that_is_refused(shell: Shell, tokens: Endpoint, browser: Browser) -> None:
    browser._answer = {"error": "access_denied"}
    client_file(shell.folder, tokens)

    result = shell.run("login", "--client", "client.json")

    assert (result.code, result.out) == (5, "")
    assert result.err.endswith(
        "error: the login was refused: access_denied\n\nhint: answer the question with yes\n"
    )


@pytest.mark.usefixtures("state")
def test_no_browser_is_started_without_a_screen(shell: Shell) -> None:
    from gtmgen.cli.login import _show

    shell.monkeypatch.setattr("sys.platform", "linux")
    shell.monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("started"))

    _show("https://accounts.example/auth")


@pytest.mark.usefixtures("state")
def test_a_client_file_that_is_none(shell: Shell) -> None:
    result = shell.run("login", "--client", "client.json")

    assert (result.code, result.out) == (5, "")
    assert result.err.startswith(
        "error: `client.json` is not an OAuth client to log in with: No such file or directory\n\n"
        "hint: make an OAuth client of the type `Desktop app` in the Google Cloud console"
    )
    assert shell.run("login").code == 2


class Answers:
    """In place of Google's address for revoking."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.asked: list[str] = []

    def request(self, uri: str, method: str, **_: Any) -> Any:
        import httplib2

        self.asked.append(f"{method} {uri}")
        return httplib2.Response({"status": str(self.status)}), b"{}"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (200, "logged out: the login is deleted here, and Google has revoked it\n"),
        (
            400,
            (
                "logged out: the login is deleted here, but Google could not be told; revoke it at "
                "https://myaccount.google.com/connections\n"
            ),
        ),
    ],
)
def test_logout(state: Path, shell: Shell, status: int, message: str) -> None:
    answers = Answers(status)
    shell.monkeypatch.setattr("gtmgen.cli.login.plain_http", lambda: answers)
    store = store_login(state, READ)

    assert shell.run("logout") == Result(0, "", message)
    assert answers.asked == ["POST https://oauth2.googleapis.com/revoke"]
    assert not store.exists()
    assert shell.run("logout") == Result(0, "", "there is no stored login\n")
