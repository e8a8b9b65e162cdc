"""Server containers: TikTok's tags are recognised, told about and left as they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.importer.lifting import Json, converted, custom_event, template, variable, version
from tests.importer.migrating import Migrated

TOKEN = "4f6a1b8c9d0e2f3a4b5c6d7e8f90a1b2c3d4e5f6"
PIXEL = "C4SERVER000000000001"


def gallery(owner: str, repository: str) -> Json:
    return {
        "name": "TikTok Events API",
        "containerId": "2",
        "templateData": "___INFO___\n\n{}\n\n___SANDBOXED_JS_FOR_SERVER___\n\n",
        "galleryReference": {"host": "github.com", "owner": owner, "repository": repository},
    }


def server(template_: Json, *parameters: Json) -> Json:
    client = {
        "name": "TikTok",
        "type": "cvt_2_1",
        "firingTriggerId": ["1"],
        "parameter": [*parameters],
    }
    return version(
        tags=(client,),
        triggers=(custom_event("Order", "purchase"),),
        variables=(variable("Name", "ed", template("keyPath", "event_name")),),
        templates=(template_,),
        built_ins=("EVENT_NAME", "CLIENT_NAME"),
        context="SERVER",
    )


OFFICIAL = gallery("tiktok", "gtm-template-eapi")
STAPE = gallery("stape-io", "tiktok-tag")
RENAMED = (
    "It sends `purchase` as `CompletePayment`, an old event name of TikTok: the browser's event "
    "has to be called the same, or both may be counted; its name is `Purchase` now."
)
OLD = "`CompletePayment` is an old event name of TikTok; its name is `Purchase` now."
CLEAR = (
    "It holds what looks like a secret, which everybody who can read the container or an export "
    "of it has: in a spec, write `${secret:NAME}` instead."
)


@pytest.mark.parametrize(
    ("template_", "parameters", "text"),
    [
        (OFFICIAL, {"event": "{{Event Name}}", "pixel_code": PIXEL}, RENAMED),
        (OFFICIAL, {"event": "CompletePayment", "pixel_code": PIXEL}, OLD),
        (STAPE, {"eventType": "inherit", "pixelId": PIXEL}, RENAMED),
        (
            STAPE,
            {"eventType": "standard", "eventName": "CompletePayment", "pixelId": PIXEL},
            OLD,
        ),
        (OFFICIAL, {"event": "Purchase", "pixel_code": PIXEL, "access_token": TOKEN}, CLEAR),
        (STAPE, {"eventName": "Search", "pixelId": PIXEL, "accessToken": TOKEN}, CLEAR),
    ],
)
def test_what_is_found_in_tiktok_s_tags(
    template_: Json, parameters: dict[str, Any], text: str
) -> None:
    fields = (template(key, value) for key, value in parameters.items())
    found = converted(server(template_, *fields)).findings
    assert [item.text for item in found if item.sort == "looks-wrong"] == [text]


def test_a_server_tag_without_a_token_stays() -> None:
    fields = (template("event", "{{Event Name}}"), template("pixel_code", PIXEL))
    migrated = Migrated(server(OFFICIAL, *fields), "tiktok")
    assert migrated.migration.replaced == ()
    assert migrated.migration.plan.is_empty
    assert migrated.decisions == ["tag `TikTok`: it stays as it is: it has no `access_token`."]
