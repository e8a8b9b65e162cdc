"""An environment with other accounts is not compiled to be checked: that has to be right."""

from __future__ import annotations

import contextlib
import copy
from pathlib import Path
from typing import Any

import pytest
from compile.specs import to_yaml
from packs.test_packs import PACK, TEMPLATE, beacon_spec, write_pack
from support import GA4, HEAD, write

from gtmgen.cli import validation
from gtmgen.cli.main import main
from gtmgen.compile.compiler import compile_both
from gtmgen.container.entities import Container
from gtmgen.refusals.alike import is_sound_alike
from gtmgen.source.open import Source, open_source
from gtmgen.spec.load import Loaded, load_source

TIKTOK = "  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage], while_denied: drop}\n"
SPEC = HEAD + (
    "site: {hosts: [shop.example], currency: EUR}\n"
    f"platforms:\n{TIKTOK}{GA4}"
    "consent: {default: {ad_storage: denied, analytics_storage: denied}, granted_on: agreed}\n"
    "data: {value: {path: ecommerce.value, type: number}}\n"
    "triggers: {agreed: {event: agreed}}\n"
    "events:\n"
    "  sign_up: {on: {event: signed_up}, params: {value: value}, send: [tiktok, ga4]}\n"
)
ACCOUNTS = (
    "{container: {gtm: GTM-STAGE, workspace: other}, platforms: "
    "{tiktok: {pixel_id: C5STAGINGPIXEL000000}, ga4: {measurement_id: G-STAGING000}}}"
)


def load_both(source: Source, env: str = "staging") -> tuple[Loaded, Loaded]:
    first = load_source(source, {}, needs_values=False)
    return first, load_source(source, {}, env, needs_values=False, known=first)


def source_of(overlay: str, text: str = SPEC) -> Source:
    return open_source("spec.yaml", f"{text}environments:\n  staging: {overlay}\n".encode())


def is_alike(source: Source) -> bool:
    first, second = load_both(source)
    return is_sound_alike(compile_both(first).containers, second)


def as_text(container: Container) -> str:
    """All that is in a container but where it comes from."""
    entities = [(type(one).__name__, one._key()) for one in container.entities()]
    return repr([*entities, container.built_ins, container.context, container.secrets])


@pytest.mark.parametrize(
    "overlay",
    [
        "{container: {gtm: GTM-STAGE}}",
        "{container: {workspace: other}}",
        "{platforms: {ga4: {measurement_id: G-STAGING000}}}",
        ACCOUNTS,
        "{}",
    ],
)
def test_accounts_and_places_change_nothing_that_gtm_could_refuse(overlay: str) -> None:
    assert is_alike(source_of(overlay))


@pytest.mark.parametrize(
    "overlay",
    [
        "{project: other}",
        "{container: {folder: Staging}}",
        "{container: {naming: {tag: '{event}'}}}",
        "{site: {hosts: [staging.example]}}",
        "{site: {hosts: null}}",
        "{platforms: {tiktok: null}, events: {sign_up: {send: [ga4]}}}",
        "{platforms: {tiktok: {while_denied: hold}}}",
        "{platforms: {tiktok: {consent: [analytics_storage]}}}",
        "{platforms: {tiktok: {limited_data_use: true}}}",
        "{platforms: {other: {pack: ga4, measurement_id: G-OTHER00000, consent: not_required}}}",
        "{events: {sign_up: {title: Signed up}}}",
        "{data: {value: {type: integer}}}",
        "{lint: {rules: {unused-data: note}}}",
    ],
)
def test_whatever_else_is_other_has_to_be_compiled(overlay: str) -> None:
    assert not is_alike(source_of(overlay))


def test_one_and_true_are_not_the_same() -> None:
    text = SPEC + "gtm: {variables: {v: {type: c, parameters: {value: 1}}}}\n"
    overlay = "{gtm: {variables: {v: {type: c, parameters: {value: true}}}}}"
    assert not is_alike(source_of(overlay, text))


def test_the_order_of_a_list_and_of_keys_counts() -> None:
    text = SPEC.replace("[shop.example]", "[a.example, b.example]")
    assert not is_alike(source_of("{site: {hosts: [b.example, a.example]}}", text))
    # What is taken away and set again stands last.
    ga4 = "ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}"
    assert is_alike(source_of(f"{{platforms: {{{ga4}}}}}"))


def test_both_halves_and_a_server_alone_are_compiled() -> None:
    server = "server: {gtm: GTM-SERVER, url: 'https://sgtm.shop.example', accounts: "
    server += "{tiktok: {access_token: {secret: TIKTOK_TOKEN}}}}\n"
    assert not is_alike(source_of("{container: {gtm: GTM-STAGE}}", SPEC + server))
    alone = (
        "gtmgen: 1\nproject: shop\ncontainer: {gtm: GTM-TEST, context: server}\n"
        "gtm: {clients: {ga4: {type: gaaw_client}}}\n"
    )
    assert not is_alike(source_of("{container: {gtm: GTM-STAGE}}", alone))


@pytest.mark.parametrize("env", ["dev", "live"])
def test_a_variable_stands_for_an_account(env: str) -> None:
    text = SPEC.replace("C4A1B2C3D4E5F6G7H8I0", "'${PIXEL:-C4A1B2C3D4E5F6G7H8I0}'")
    environments = "environments:\n  dev: {container: {gtm: GTM-DEV}}\n  live: {project: live}\n"
    first, second = load_both(open_source("spec.yaml", (text + environments).encode()), env)
    assert is_sound_alike(compile_both(first).containers, second) is (env == "dev")


@pytest.mark.parametrize("base", [None, "acme-shop.yaml", "woocommerce.yaml", "lead-gen.yaml"])
def test_containers_differ_in_accounts_alone(base: str | None) -> None:
    """What all of this rests on: the compiler writes an account down and decides nothing by it."""
    specs = Path(__file__).parents[2] / "specs"
    source = source_of(ACCOUNTS) if base is None else open_source(specs / base)
    platforms = load_source(source, {}, needs_values=False).spec.platforms
    others = {"pixel_id": "C5OTHERPIXEL00000000", "measurement_id": "G-OTHER00000"}
    accounts = {
        str(platform.setting(name)): other
        for platform in platforms.values()
        for name, other in others.items()
        if platform.setting(name) is not None
    }
    assert accounts
    first = load_source(source, {}, needs_values=False)
    second = load_source(source, {}, needs_values=False)
    for platform in second.spec.platforms.values():
        assert isinstance(platform.settings, dict)
        for name in others.keys() & platform.settings.keys():
            platform.settings[name] = others[name]
    expected = as_text(compile_both(first).web)
    for before, after in accounts.items():
        assert before in expected
        expected = expected.replace(before, after)
    assert as_text(compile_both(second).web) == expected


def findings(text: str, overlay: str) -> list[str]:
    """What is told of the environment, which is no other with the first one known than without."""
    source = source_of(overlay, text)
    first, second = load_both(source)
    assert second.accounts is not None
    alone = load_source(source, {}, "staging", needs_values=False)
    assert second.warnings == alone.warnings
    assert second.ignored == alone.ignored
    assert second.unused == alone.unused
    assert second.spec.platforms["ga4"].settings == alone.spec.platforms["ga4"].settings
    assert not first.warnings or second.warnings
    return [f"{one.rule}: {one.message}" for one in second.warnings]


def test_what_is_found_everywhere_is_found_in_an_environment_that_is_alike() -> None:
    text = SPEC + "lint: {ignore: [{rule: unused-data, reason: Later.}]}\n"
    spare = "data: {spare: {path: spare}, value:"
    assert findings(SPEC, ACCOUNTS) == []
    assert findings(text, ACCOUNTS) == []
    assert findings(text.replace("data: {value:", spare), ACCOUNTS) == []
    assert findings(SPEC.replace("data: {value:", spare), ACCOUNTS) == [
        "unused-data: nothing uses the data key `spare`"
    ]


def test_two_accounts_that_are_one_in_an_environment_alone() -> None:
    other = "  other: {pack: ga4, measurement_id: G-OTHER00000, consent: [analytics_storage]}\n"
    text = SPEC.replace("consent: {default", f"{other}consent: {{default")
    assert findings(text, "{platforms: {other: {measurement_id: G-OTHER11111}}}") == []
    (told,) = findings(text, "{platforms: {other: {measurement_id: G-ABC1234567}}}")
    assert told == (
        "page-view-owner: `other` and `ga4` are one account: each of its page views would be sent "
        "twice"
    )


def test_a_secret_that_an_environment_reads_no_more() -> None:
    text = SPEC.replace("G-ABC1234567", "'${GA4_TOKEN:-G-ABC1234567}'")
    text = text.replace("{gtm: GTM-TEST}", "{gtm: GTM-TEST, public_secrets: [GA4_TOKEN]}")
    assert "public_secrets" in text
    assert findings(text, "{platforms: {tiktok: {pixel_id: C5STAGINGPIXEL000000}}}") == []
    assert findings(text, ACCOUNTS) == [
        "unused-secret: no part of the container reads the secret `GA4_TOKEN`"
    ]


# -- packs of a user's own ---------------------------------------------------------------

REGEX = (
    '[{"name": "account", "type": "TEXT", "valueValidators": '
    '[{"type": "REGEX", "args": ["^live"]}]}]'
)


def own_pack(**changes: Any) -> dict[str, Any]:
    pack = copy.deepcopy(PACK)
    pack["settings"]["properties"]["account"]["x-change"] = "account"
    for key, value in changes.items():
        pack["tags"]["event"][key] = value
    return pack


def validate(
    folder: Path, capsys: pytest.CaptureFixture[str], before: str, after: str
) -> tuple[int, str]:
    spec = beacon_spec(account=before)
    spec["environments"] = {"staging": {"platforms": {"beacon": {"account": after}}}}
    with contextlib.chdir(folder):
        write(Path(), {"spec.yaml": to_yaml(spec)})
        code = main(["validate", "spec.yaml"])
    return code, capsys.readouterr().err


def test_an_account_that_a_template_refuses_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pack(tmp_path, own_pack(), tpl=TEMPLATE.replace("\n[]\n", f"\n{REGEX}\n"))
    code, said = validate(tmp_path, capsys, "live1", "stage1")
    assert code == 1
    message = (
        "error[template-value]: the template `Beacon tag (shop)` does not allow `stage1` for "
        "`account` (`--env staging`)"
    )
    assert message in said.replace("\n", " ")
    code, said = validate(tmp_path, capsys, "live1", "live2")
    assert code == 0, said


def test_an_account_that_is_no_plain_id_is_compiled(tmp_path: Path) -> None:
    write_pack(tmp_path, own_pack())
    for account, expected in (("b_2-C", True), ("{{x}}", False), ("b 2", False), ("ä", False)):
        assert is_alike_of(tmp_path, account) is expected, account


@pytest.mark.parametrize(
    "changes",
    [
        {"when": {"account": ["b"]}},
        {"fields": [{"key": "k", "const": "x", "when": {"account": "b"}}]},
        {"fields": [{"key": "k", "setting_is": {"account": "b"}}]},
        {
            "fields": [
                {
                    "key": "k",
                    "table": "none",
                    "columns": ["k", "v"],
                    "rows": [{"name": "n", "const": "x", "when": {"account": "b"}}],
                }
            ]
        },
    ],
)
def test_an_account_by_which_a_pack_decides_is_compiled(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    write_pack(tmp_path, own_pack(**changes))
    assert is_alike_of(tmp_path, "c") is False


def test_a_setting_that_names_no_account_is_compiled(tmp_path: Path) -> None:
    write_pack(tmp_path)  # without `x-change`
    assert is_alike_of(tmp_path, "c") is False


def is_alike_of(folder: Path, account: str) -> bool:
    spec = beacon_spec(account="b")
    spec["environments"] = {"staging": {"platforms": {"beacon": {"account": account}}}}
    with contextlib.chdir(folder):
        write(Path(), {"spec.yaml": to_yaml(spec)})
        return is_alike(open_source("spec.yaml"))


# -- the verb ----------------------------------------------------------------------------


def test_validate_compiles_once_what_differs_in_accounts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled: list[str | None] = []

    def compile_(loaded: Loaded) -> Any:
        compiled.append(loaded.spec.env)
        return compile_both(loaded)

    monkeypatch.setattr(validation, "compile_both", compile_)
    monkeypatch.chdir(tmp_path)
    environments = (
        f"environments:\n  a: {ACCOUNTS}\n  b: {{project: other}}\n  c: {ACCOUNTS}\n"
        "  d: {site: {currency: USD}}\n"
    )
    write(Path(), {"spec.yaml": SPEC + environments})
    assert main(["validate", "spec.yaml"]) == 0
    assert compiled == [None, "b", "d"]
    assert capsys.readouterr().err == "1 spec checked: no problems\n"


def test_validate_compiles_all_where_the_first_is_not_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = "gtm: {tags: {t: {type: html, parameters: {html: x}, setup: {tag: Gone}}}}\n"
    write(Path(), {"spec.yaml": f"{SPEC}{raw}environments:\n  staging: {ACCOUNTS}\n"})
    assert main(["validate", "spec.yaml"]) == 1
    said = capsys.readouterr().err
    assert said.count("there is no tag with the name `Gone` in GTM") == 1  # not once more by name
