"""Secrets of the environment: in the request to GTM, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from secret_search import SECRETS

from gtmgen.emulator import ApiRequest, Response, make_error_response
from gtmgen.emulator.messages import Send
from gtmgen.plan.checksum import compute_checksum
from push.harness import Json, Result, Shell

TOKEN = SECRETS["TIKTOK_ACCESS_TOKEN"]
OLD_TOKEN = "f00dfeed1234567890abcdef1234567890abcdef"
NEXT_TOKEN = "beefcafe1234567890abcdef1234567890abcdef"
HOOK = "hook-9d8c7b6a5f4e"
GTM = "http://127.0.0.1:9"
SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, public_secrets: [HOOK, TIKTOK_ACCESS_TOKEN]}
gtm:
  tags:
    events_api:
      name: Events API
      type: img
      parameters:
        url: "https://h.example/${secret:HOOK}?a=1"
        accessToken: "${TIKTOK_ACCESS_TOKEN}"
      firing: [All Pages]
"""


@pytest.fixture
def online(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The shell with a GTM that is not the embedded one, and with secrets in the environment."""
    monkeypatch.setattr("gtmgen.api.connect.connect_url", shell.gtm.connect)
    monkeypatch.setenv("HOOK", HOOK)
    shell.spec(SPEC)
    return shell


def run(shell: Shell, verb: str, *more: str, code: int = 0) -> Result:
    result = shell.run(verb, *more, "--target", GTM)
    assert result.code == code, result.err
    for secret in (TOKEN, NEXT_TOKEN, HOOK):
        assert secret not in result.out + result.err
    return result


def push(shell: Shell, *more: str, code: int = 0) -> Result:
    return run(shell, "push", "spec.yaml", "--yes", *more, code=code)


def planned(shell: Shell) -> dict[str, tuple[str | None, str | None]]:
    """Path -> old and new of all changes."""
    plan: Json = json.loads(run(shell, "plan", "spec.yaml", "--format", "json", "-q").out)
    return {
        field["path"]: (field["old"], field["new"])
        for change in plan["plans"][0]["changes"]
        for field in change["fields"]
    }


def parameters(shell: Shell) -> dict[str, str]:
    return {item["key"]: item["value"] for item in shell.gtm.get("tag", "Events API")["parameter"]}


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_a_push_sends_what_a_plan_does_not_show(online: Shell, bulk: str) -> None:
    shown = planned(online)
    assert shown["parameter.accessToken"] == (None, "${secret:TIKTOK_ACCESS_TOKEN}")
    assert shown["parameter.url"] == (None, "https://h.example/${secret:HOOK}?a=1")

    push(online, "--bulk", bulk)

    assert parameters(online) == {"url": f"https://h.example/{HOOK}?a=1", "accessToken": TOKEN}
    assert planned(online) == {}


def test_another_secret_shows_as_a_digest(online: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    push(online)
    monkeypatch.setenv("TIKTOK_ACCESS_TOKEN", NEXT_TOKEN)
    monkeypatch.setenv("HOOK", "hook-00000000")

    assert planned(online) == {
        "parameter.accessToken": (
            "(secret, digest 35a8d778)",
            "${secret:TIKTOK_ACCESS_TOKEN}",
        ),
        "parameter.url": ("(secret, digest 68d7386f)", "https://h.example/${secret:HOOK}?a=1"),
    }
    push(online)
    assert parameters(online) == {
        "url": "https://h.example/hook-00000000?a=1",
        "accessToken": NEXT_TOKEN,
    }


def test_nobody_is_said_to_have_changed_a_secret(
    online: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(online)
    monkeypatch.setenv("TIKTOK_ACCESS_TOKEN", NEXT_TOKEN)

    printed = json.loads(run(online, "plan", "spec.yaml", "--format", "json", "-q").out)
    (change,) = printed["plans"][0]["changes"]

    assert change["drift"] == "unknown"


def test_a_saved_plan_holds_no_secret(online: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    run(online, "plan", "spec.yaml", "--out", "plan.json")
    saved = (online.folder / "plan.json").read_text()
    assert TOKEN not in saved
    assert HOOK not in saved

    run(online, "push", "plan.json", "--yes")

    assert parameters(online)["accessToken"] == TOKEN


def test_a_saved_plan_is_of_the_secrets_that_it_was_made_with(
    online: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(online, "plan", "spec.yaml", "--out", "plan.json")
    monkeypatch.setenv("TIKTOK_ACCESS_TOKEN", NEXT_TOKEN)

    result = run(online, "push", "plan.json", "--yes", code=4)

    assert result.err == (
        "error: the saved plan was made with another value of the secret `TIKTOK_ACCESS_TOKEN` "
        "(digest 35a8d778, now 83a328a6); nothing was written\n\nhint: give the push the value "
        "that was planned, or plan again with this one\n"
    )
    assert online.gtm.calls == []


@pytest.mark.parametrize("dropped", [["HOOK"], ["HOOK", "TIKTOK_ACCESS_TOKEN"]])
def test_a_plan_without_the_digest_of_a_secret_is_refused(
    online: Shell, monkeypatch: pytest.MonkeyPatch, dropped: list[str]
) -> None:
    """Without, any value would pass; all checksums are right."""
    run(online, "plan", "spec.yaml", "--out", "plan.json")
    path = online.folder / "plan.json"
    data = json.loads(path.read_text())
    for name in dropped:
        del data["plans"][0]["secrets"][name]
    data["content_checksum"] = compute_checksum(data["plans"])
    path.write_text(json.dumps(data))
    monkeypatch.setenv("HOOK", "hook-of-somebody-else")
    online.gtm.calls.clear()

    result = run(online, "push", "plan.json", "--yes", code=4)

    assert result.err == (
        "error: the saved plan does not say with which value of the secret `HOOK` it was made; "
        "nothing was written\n\nhint: plan again: someone may have changed the file\n"
    )
    assert online.gtm.calls == []


def test_a_plan_whose_secret_was_taken_out_is_refused(online: Shell) -> None:
    """Whoever can change the file can name any variable; the checksum is of what was shown."""
    run(online, "plan", "spec.yaml", "--out", "plan.json")
    path = online.folder / "plan.json"
    path.write_text(path.read_text().replace('"HOOK"', '"HOME"'))

    result = run(online, "push", "plan.json", "--yes", code=1)

    assert result.err == (
        "error: `plan.json` is a saved plan that is damaged: its checksum does not match what it "
        "holds\n\nhint: make it again with `plan --out`\n"
    )


@pytest.mark.parametrize("verb", ["plan", "push"])
def test_a_secret_that_is_missing_stops_before_any_call(
    online: Shell, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.delenv("TIKTOK_ACCESS_TOKEN")
    monkeypatch.setenv("HOOK", "")

    result = run(online, verb, "spec.yaml", code=1)

    assert result.err == (
        "error: `HOOK`, `TIKTOK_ACCESS_TOKEN` are not set in the environment, and GTM needs these "
        "secrets; nothing was called\n\nhint: only `plan` and `push` need secrets: give them to "
        "the step of the CI that runs them\n"
    )
    assert online.gtm.calls == []


def test_a_secret_must_be_long_enough_to_be_told_from_text(
    online: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "tag")

    result = run(online, "plan", "spec.yaml", code=1)

    assert result.err == (
        "error: the secret `HOOK` has fewer than 8 characters, so it cannot be told from other "
        "text in a container\n\nhint: is it the whole secret? `${public:HOOK}` says that it is "
        "none\n"
    )


@pytest.mark.parametrize("value", [f"{TOKEN}\n", f" {TOKEN}", " " * 8])
def test_a_secret_with_blanks_around_it_stops_before_any_call(
    online: Shell, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TIKTOK_ACCESS_TOKEN", value)

    result = run(online, "push", "spec.yaml", "--yes", code=1)

    assert result.err == (
        "error: the secret `TIKTOK_ACCESS_TOKEN` begins or ends with a blank or a line break; "
        "nothing was called\n\nhint: set it again without: a file's last line break is easily "
        "stored along with it\n"
    )
    assert online.gtm.calls == []


def test_a_secret_that_gtm_would_take_for_a_reference_stops_before_any_call(
    online: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOK_ACCESS_TOKEN", "abc{{Page URL}}def")

    result = online.run("push", "spec.yaml", "--yes", "--target", GTM)

    assert result.code == 1
    assert result.err == (
        "error: the secret `TIKTOK_ACCESS_TOKEN` holds `{{` and `}}`, which GTM takes for a "
        "reference to a variable; nothing was called\n\nhint: is it the value itself? What is put "
        "there has to be the secret, as the platform shows it\n"
    )
    assert online.gtm.calls == []


def test_a_secret_in_clear_beside_its_name_is_told(online: Shell) -> None:
    online.spec(SPEC.replace("?a=1", f"?a={HOOK}"))

    result = online.run("plan", "spec.yaml", "--target", GTM)

    assert result.code == 1
    assert result.err == (
        "error: the value of the secret `HOOK` stands in plain text in the tag `Events API` "
        "(spec.yaml:6:5)\n\nhint: write `${secret:HOOK}` instead\n"
    )


def test_what_gtm_says_of_a_secret_is_hidden(online: Shell) -> None:
    def refuse(request: ApiRequest, send: Send) -> Response:
        if request.method == "POST" and request.path.endswith("/tags"):
            return make_error_response(
                f"vendorTemplate.parameter.accessToken: bad value {TOKEN}", 400
            )
        return send(request)

    online.gtm.fault = refuse

    result = push(online, code=5)

    assert "accessToken: bad value ${secret:TIKTOK_ACCESS_TOKEN}" in result.err


def test_a_token_that_somebody_typed_in_gtm_is_a_digest(online: Shell) -> None:
    """A tag of theirs with the same token is adopted: the plan shows what is there, hidden."""
    online.gtm.create(
        "tag",
        name="Events API",
        type="img",
        parameter=[
            {"type": "template", "key": "url", "value": "https://their.example"},
            {"type": "template", "key": "accessToken", "value": NEXT_TOKEN},
        ],
    )

    shown = run(online, "plan", "spec.yaml", "--adopt", "tag:Events API", "--verbose").out

    assert (
        '~ parameter.accessToken: "(secret, digest 83a328a6)" -> "${secret:TIKTOK_ACCESS_TOKEN}"'
    ) in shown


def test_a_name_that_is_in_the_way_keeps_the_token_of_its_tag(online: Shell) -> None:
    """What is written back of a body that was read is the value, not what hides it."""
    two = SPEC + (
        "    other:\n      name: Other\n      type: img\n"
        "      parameters: {url: a.example, accessToken: literal}\n"
    )
    online.spec(two)
    push(online)
    swapped = two.replace("name: Events API", "name: X").replace("Other", "Events API")
    online.spec(swapped.replace("name: X", "name: Other"))

    push(online, "--bulk", "never")

    found = {
        item["value"]
        for item in online.gtm.get("tag", "Other")["parameter"]
        if item["key"] == "accessToken"
    }
    assert found == {TOKEN}


def test_the_embedded_gtm_keeps_the_name_alone(
    online: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its state is a file beside the spec; a demo needs no token."""
    monkeypatch.delenv("TIKTOK_ACCESS_TOKEN")

    online.pushed()

    assert parameters(online)["accessToken"] == "${secret:TIKTOK_ACCESS_TOKEN}"
    assert online.is_settled()


def test_an_export_names_the_secret(online: Shell, tmp_path: Path) -> None:
    assert online.run("compile", "spec.yaml", "-o", "container.json", "-q").code == 0

    text = (tmp_path / "container.json").read_text()

    assert '"value": "${secret:TIKTOK_ACCESS_TOKEN}"' in text
    assert TOKEN not in text


def test_a_diff_with_gtm_hides_what_gtm_has(online: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    push(online)
    live = "GTM-SHOP1/workspaces/gtmgen"

    same = run(online, "diff", "spec.yaml", live, "--managed", "--exit-code")
    monkeypatch.delenv("TIKTOK_ACCESS_TOKEN")
    monkeypatch.setenv("HOOK", "hook-00000000")
    unknown = run(online, "diff", "spec.yaml", live, "--verbose")

    assert same.out.endswith("\nNo differences. 1 unchanged.\n")
    assert '"${secret:TIKTOK_ACCESS_TOKEN}" -> "(secret, digest ' in unknown.out
    assert '"https://h.example/${secret:HOOK}?a=1" -> "(secret, digest ' in unknown.out


def test_two_exports_show_a_changed_token_as_digests(online: Shell) -> None:
    online.run("compile", "spec.yaml", "-o", "old.json", "-q")
    text = (online.folder / "old.json").read_text()
    for name, token in (("old.json", OLD_TOKEN), ("new.json", NEXT_TOKEN)):
        written = text.replace("${secret:TIKTOK_ACCESS_TOKEN}", token)
        (online.folder / name).write_text(written)

    result = online.run("diff", "old.json", "new.json", "--verbose")

    assert result.code == 0
    assert OLD_TOKEN not in result.out
    assert NEXT_TOKEN not in result.out
    assert '~ parameter.accessToken: "(secret, digest ' in result.out
