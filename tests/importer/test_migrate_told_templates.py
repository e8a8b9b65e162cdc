"""Whatever a migrated container sends otherwise, the report names: templates of GTM's gallery."""

from __future__ import annotations

import pytest

from tests.importer.lifting import ALL_PAGES, Json, boolean, table, template
from tests.importer.migrating import PAGE, Migrated
from tests.importer.test_migrate import BASE, ONE, TWO
from tests.importer.told import INITIALIZATION, NEXT, PIXEL, SITES, check, container
from tests.runtime.conftest import template_text


def gallery(owner: str, repository: str, code: str, *globals_: Json) -> Json:
    permissions = {"access_globals": {"keys": [*globals_]}}
    return {
        "name": repository,
        "containerId": "2",
        "templateData": template_text(code, permissions, kind="TAG"),
        "galleryReference": {"host": "github.com", "owner": owner, "repository": repository},
    }


def may(key: str, *what: str) -> Json:
    return {"key": key, **{name: name in what for name in ("read", "write", "execute")}}


# What the gallery's templates do with their fields, as far as these tests look.
OFFICIAL = gallery(
    "tiktok",
    "gtm-template-pixel",
    """
const params = {gtm_version: '0', event_trigger_source: 'GoogleTagManagerClient'};
const mode = data.single_multi_product;
if (mode) {
  if (mode === 'multiple' && data.contents) params.contents = data.contents;
  ['currency', 'description', 'query', 'status', 'order_id'].forEach((name) => {
    if (data[name]) params[name] = data[name];
  });
  if (data.value) params.value = require('makeNumber')(data.value);
}
(data.custom_properties || []).forEach((row) => { params[row.key] = row.value; });
const options = {pixel_code: data.pixel_code};
if (data.event_id) options.event_id = data.event_id;
require('callInWindow')('ttq.track', data.event, params, options);
data.gtmOnSuccess();
""",
    may("ttq.track", "execute"),
)
STAPE = gallery(
    "stape-io",
    "tiktok-web-tag",
    """
const callInWindow = require('callInWindow');
const setInWindow = require('setInWindow');
const loaded = require('copyFromWindow')('_tiktok_gtm_ids') || {};
const params = {gtm_version: '0', event_trigger_source: 'GoogleTagManagerClient'};
(data.eventParametersList || []).forEach((row) => { params[row.name] = row.value; });
const name = data.eventName === 'custom' ? data.eventNameCustom : data.eventNameStandard;
data.pixelIds.split(',').map((id) => id.trim()).forEach((id) => {
  if (!loaded[id]) {
    callInWindow('ttq.load', id, data.disableHistoryObserver ? {historyObserver: false} : {});
    loaded[id] = true;
    setInWindow('_tiktok_gtm_ids', loaded, true);
  }
  callInWindow('ttq.track', name, params, {event_id: data.eventId, pixel_code: id});
});
data.gtmOnSuccess();
""",
    may("ttq.track", "execute"),
    may("ttq.load", "execute"),
    may("_tiktok_gtm_ids", "read", "write"),
)


def tag(name: str, firing: str, *parameters: Json, **texts: str) -> Json:
    fields = [template(key, text) for key, text in texts.items()]
    return {
        "name": name, "type": "cvt_2_1", "firingTriggerId": [firing],
        "parameter": [*parameters, *fields],
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"event": "Lead"},
        {"event": "Lead", "value": "{{Total}}", "currency": "{{Currency}}"},
        {"event": "Subscribe", "value": "5", "currency": "EUR", "single_multi_product": "empty"},
        {
            "event": "SubmitForm", "single_multi_product": "empty", "value": "{{Total}}",
            "currency": "{{Currency}}", "event_id": "lead_{{Order}}", "order_id": "{{Order}}",
        },
        {
            "event": "purchase", "single_multi_product": "multiple", "contents": "{{Items}}",
            "value": "{{Total}}", "currency": "{{Currency}}", "event_id": "{{Order}}",
        },
        {
            "event": "ViewContent", "single_multi_product": "multiple", "contents": "{{Contents}}",
            "event_id": "{{ID}}",
        },
        {"event": "Search", "single_multi_product": "single", "query": "{{Plan}}", "status": "5"},
        {"event": "Contact", "single_multi_product": "empty", "description": "a {{Plan}}"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("with_rows", [True, False])
def test_the_official_template(fields: dict[str, str], with_rows: bool) -> None:
    rows = ({"key": "num_items", "value": "3"}, {"key": "a", "value": "b"}) if with_rows else ()
    more = [table("custom_properties", *rows)] if rows else []
    event = tag("Event", "1", *more, pixel_code=ONE, **fields)
    migrated = Migrated(container(PIXEL, event, templates=(OFFICIAL,)), "tiktok")
    sites = ([site] for site in SITES[with_rows :: 1 + with_rows])
    check(migrated, "tiktok", *sites, replaced=2)


def stape(name: str, firing: str, event: str, *rows: tuple[str, str], **texts: str) -> Json:
    """A tag as the template's editor fills it in, with the switch off that takes over data."""
    cells = [{"name": name, "value": value} for name, value in rows]
    return tag(
        name,
        firing,
        boolean("enableAdvancedMatching", True),
        boolean("disableHistoryObserver", texts.pop("off", "") != ""),
        table("eventParametersList", *cells),
        **{
            "pixelIds": ONE, "eventNameSetupMethod": "override", "eventName": "standard",
            "eventNameStandard": event, "consentOptMode": "optout", **texts,
        },
    )  # fmt: skip


VIEW = stape("View", ALL_PAGES, "Pageview")
QUIET_VIEW = stape("View", ALL_PAGES, "Pageview", off="x")
BOTH = stape("View", ALL_PAGES, "Pageview", pixelIds=f"{ONE}, {TWO}")
ROWS = (("value", "{{Total}}"), ("currency", "{{Currency}}"), ("contents", "{{Items}}"))


@pytest.mark.parametrize(
    "tags",
    [
        (stape("O", "1", "Subscribe", *ROWS[:2]),),
        (stape("O", "1", "Subscribe", *ROWS[:2], off="x"),),
        (VIEW, stape("O", "1", "Purchase", *ROWS, eventId="{{Order}}")),
        (VIEW, stape("O", ALL_PAGES, "ViewContent", ("description", "{{Plan}}"))),
        (stape("O", ALL_PAGES, "ViewContent", ("description", "5")), VIEW),
        (VIEW, stape("O", INITIALIZATION, "ViewContent", ("num_items", "5"), eventId="{{ID}}")),
        (QUIET_VIEW, stape("O", "1", "Subscribe", ("value", "2"), ("currency", "EUR"))),
        (QUIET_VIEW, stape("O", "1", "Subscribe", ("order_id", "{{Order}}"), off="x")),
        (BOTH, stape("O", "1", "Contact", ("description", "{{Plan}}"), pixelIds=TWO)),
        (BOTH, stape("O", "1", "Contact", ("colour", "red"), pixelIds=f"{ONE},{TWO}")),
        (stape("View", "3", "Pageview"), stape("O", "4", "Contact", eventId="c_{{Order}}")),
    ],
)
def test_the_common_third_party_template(tags: tuple[Json, ...]) -> None:
    migrated = Migrated(container(*tags, templates=(STAPE,)), "tiktok")
    page = PAGE.replace("<!--GTM-->", f"{BASE % ''}<!--GTM-->")
    sites = ([site, NEXT] for site in SITES[::4])
    check(migrated, "tiktok", *sites, page=page, replaced=len(tags))
