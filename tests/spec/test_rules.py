"""Every rule about what a spec means: where it strikes, what it says, and where it is silent.

A case is the part of a spec under the platforms; what the caret marks; the message; the hint.
"""

from typing import NamedTuple

import pytest
from support import GA4, HEAD, PLATFORMS, marked, problems, rules

BASE = HEAD + PLATFORMS
ITEMS = "data:\n  items: {path: items, type: items}\n  value: {path: value, type: number}\n"


class Case(NamedTuple):
    rule: str
    text: str
    marked: str
    message: str
    hint: str | None = None
    severity: str = "error"


def event(key="e", on="{event: x}", send="{ga4: login}", **more):
    rest = "".join(f", {name}: {value}" for name, value in more.items())
    return f"  {key}: {{on: {on}, send: {send}{rest}}}\n"


def events(*lines, data=""):
    return data + "events:\n" + "".join(lines)


OPERATORS = "`path`, `cookie`, `query`, `url`, `referrer`, `js`, `dom`, `constant`, `lookup`, "
CONST = (
    "declare it under `data`, or write `{const: zzz}` if that is the value itself, or use a "
    "built-in variable such as `page_path`"
)
DECLARE = "declare it under `data`, or use a built-in variable such as `page_path`"
UNUSED = "name it in `params`, `where` or `identify`, or remove it"
CASES = [
    Case("unknown-data", events(event(params="{method: valeu}"), data=ITEMS), "valeu",
         "there is no data key `valeu`", "did you mean `value`?"),
    Case("unknown-data", events(event(params="{method: zzz}")), "zzz",
         "there is no data key `zzz`", CONST),
    Case("unknown-data", events(event(where="{zzz: 1}")), "1", "there is no data key `zzz`", DECLARE),  # noqa: E501
    Case("unknown-data", events(event(on="{timer: 1s, enabled_where: {zzz: 7}}")), "7",
         "there is no data key `zzz`", DECLARE),
    Case("unknown-data", events(event(event_id="{from: zzz}")), "zzz",
         "there is no data key `zzz`", DECLARE),
    Case("unknown-data", "data: {a: {lookup: {input: zzz, map: {x: y}}}}\n", "zzz",
         "there is no data key `zzz`", DECLARE),
    Case("unknown-data", "data: {a: {url: {component: host, source: zzz}}}\n", "zzz",
         "there is no data key `zzz`", DECLARE),
    Case("unknown-data", events(event(send="{ga4: {event: login, params: {a: zzz}}}")), "zzz",
         "there is no data key `zzz`", CONST),
    Case("unknown-page", "pages: {shop: {path: /}}\n" + events(event(on="{page: shp}")), "shp",
         "there is no page `shp`", "did you mean `shop`?"),
    Case("unknown-page", events(event(pages="[shop]")), "shop", "there is no page `shop`"),
    Case("page-glob", "pages: {shop: {path: /}}\ntriggers: {t: {page: 'x*'}}\n", "'x*'",
         "`x*` matches no declared page",
         "a glob here goes over the names under `pages`, not over paths"),
    Case("unknown-trigger", "triggers: {abc: {event: x}}\n" + events(event(on="abd")), "abd",
         "there is no trigger `abd`", "did you mean `abc`?"),
    Case("unknown-trigger", events(event(**{"except": "[nope]"})), "nope",
         "there is no trigger `nope`"),
    Case("unknown-trigger", "triggers: {g: {group: [nope]}}\n", "nope",
         "there is no trigger `nope`", "known: `g`"),
    Case("unknown-tag", events(event(send="{custom: {tag: nope}}")), "nope",
         "there is no raw tag `nope`"),
    Case("unknown-event", events(event(send="{tiktok: ViewContnt}")), "ViewContnt",
         "TikTok does not know the event `ViewContnt`", "did you mean `ViewContent`? For an "
         "event of your own, write `send: {tiktok: {event: ViewContnt, custom: true}}`"),
    Case("unknown-event", events(event(send="{tiktok: purchase}")), "purchase",
         "TikTok does not know the event `purchase`", "did you mean `Purchase`? For an event of "
         "your own, write `send: {tiktok: {event: purchase, custom: true}}`"),
    Case("unknown-event", events(event(send="{tiktok: {event: Xyz}}")), "Xyz",
         "TikTok does not know the event `Xyz`",
         "known: `AddPaymentInfo`, `AddToCart`, `AddToWishlist`, `ApplicationApproval`, "
         "`CompleteRegistration`, `Contact`, `CustomizeProduct`, `Download`, `FindLocation`, "
         "`InitiateCheckout`, `Lead`, `Purchase` and 6 more; for an event of your "
         "own, write `send: {tiktok: {event: Xyz, custom: true}}`"),
    Case("unknown-event", events(event("downloads", send="[ga4, tiktok]")), "tiktok",
         "TikTok has no event of its own for `downloads`",
         "name one: `send: {tiktok: ...}`; did you mean `Download`?"),
    Case("unknown-platform", HEAD + events(event(send="[ga4]")), "ga4",
         "the platform `ga4` is not set up", "add `ga4` under `platforms`"),
    Case("unknown-platform", HEAD + events(event(send="{ga4: login}")), "login",
         "the platform `ga4` is not set up", "add `ga4` under `platforms`"),
    Case("legacy-event", events(event(send="{tiktok: SubmitForm}")), "SubmitForm",
         "`SubmitForm` is a legacy event name of TikTok",
         "use `Lead`; `legacy_names: allow` under `platforms.tiktok` lets it pass"),
    Case("legacy-event", events(event(send="{tiktok: {event: ClickButton}}")), "ClickButton",
         "`ClickButton` is a legacy event name of TikTok",
         "TikTok has no new name for it; `legacy_names: allow` under `platforms.tiktok` "
         "lets it pass"),
    Case("legacy-event", HEAD + PLATFORMS.replace("consent: [ad", "legacy_names: allow, consent: [ad")  # noqa: E501
         + events(event(send="{tiktok: PlaceAnOrder}")), "PlaceAnOrder",
         "`PlaceAnOrder` is a legacy event name of TikTok", "TikTok has no new name for it",
         "warning"),
    Case("missing-param", events(event(send="{tiktok: AddToCart}")), "AddToCart",
         "TikTok requires `items` for `AddToCart`, but `e` does not set it",
         "add `items` under `params`"),
    Case("missing-param", events(event(send="{tiktok: Lead}", params="{value: value}"), data=ITEMS
         .replace("  items: {path: items, type: items}\n", "")), "Lead",
         "`e` sends TikTok a value without a currency",
         "add `currency` under `params`, or set `site.currency`"),
    Case("param-type", events(event(params="{value: name, currency: {const: EUR}}"),
         data="data: {name: {path: n, type: string}}\n"), "name",
         "`value` is of the type number for GA4, and the data key `name` is of the type string",
         "`name` is defined at spec.yaml:8:8"),
    Case("param-type", events(event(params="{value: {const: many}, currency: {const: EUR}}")),
         "{const: many}", "`many` is not of the type number, which `value` has"),
    Case("param-type", events(event(params="{currency: {const: euro}}")),
         "{const: euro}", "`euro` is not of the type currency, which `currency` has"),
    Case("param-type", events(event(send="{ga4: {event: login, params: {items: {const: 5}}}}")),
         "{const: 5}", "`5` is not of the type items, which `items` has"),
    Case("unknown-currency", "site: {currency: BGN}\n", "BGN",
         "`BGN` is not in TikTok's list of currencies",
         "the list was last verified on 2026-11-22; it may have grown", "warning"),
    Case("unknown-currency", events(event(send="{tiktok: Lead}", params="{currency: {const: BGN}}")),  # noqa: E501
         "{const: BGN}", "`BGN` is not in TikTok's list of currencies",
         "the list was last verified on 2026-11-22; it may have grown", "warning"),
    Case("unknown-currency", events(event(send="{tiktok: Lead}", params="{currency: c}"),
         data="data: {c: {path: c, type: currency, default: BGN}}\n"),
         "BGN", "`BGN` is not in TikTok's list of currencies",
         "the list was last verified on 2026-11-22; it may have grown", "warning"),
    Case("unused-data", "data: {a: {path: a}}\n", "a", "nothing uses the data key `a`", UNUSED,
         "warning"),
    Case("unused-param", events(event(send="{tiktok: Lead}", params="{colour: {const: red}}")),
         "colour", "no platform of this event takes the parameter `colour`", None, "warning"),
    Case("unused-param", events(event(send="{tiktok: Lead}", params="{order_id: {const: A1}}")),
         "order_id", "no platform of this event takes the parameter `order_id`",
         "write `transaction_id`: TikTok receives it as `order_id`", "warning"),
    Case("unused-param",
         events(event(send="{tiktok: {event: Lead, params: {colour: {const: red}}}}")),
         "colour", "TikTok does not take the parameter `colour`", None, "warning"),
    Case("unused-param", HEAD + PLATFORMS.replace("consent: [ad", "page_view: {on: {event: view}, "
         "params: {page_title: {const: x}}}, consent: [ad") + events(event()), "page_title",
         "TikTok's page view takes no parameters", None, "warning"),
    Case("page-view-owner", events(event(send="{ga4: page_view}")), "page_view",
         "`page_view` has an owner already: `page_view` of `platforms.ga4` is `auto`",
         "page views are sent once; set `page_view: off`, or do not send it here"),
    Case("page-view-owner", events(event(send="{tiktok: {event: Pageview}}")), "Pageview",
         "`Pageview` has an owner already: `page_view` of `platforms.tiktok` is `manual`",
         "page views are sent once; do not send it here"),
    Case("page-view-owner", HEAD + PLATFORMS.replace("consent: [ad", "page_view: off, consent: [ad")
         + events(event(send="{tiktok: Pageview}")), "Pageview",
         "`Pageview` is sent by `page_view` of `platforms.tiktok`, not by an event",
         "do not send it here; set it to `manual`, or to the event that is the page view: "
         "`page_view: {on: ...}`"),
    Case("unknown-event", events(event(send="{tiktok: PageView}")), "PageView",
         "TikTok does not know the event `PageView`",
         "TikTok's page view is `Pageview`; the setting `page_view` of `platforms.tiktok` sends "
         "it, no event does; for an event of your own, write "
         "`send: {tiktok: {event: PageView, custom: true}}`"),
    Case("page-view-owner", HEAD + PLATFORMS.replace(GA4, GA4 + GA4.replace("ga4: {", "ga4_b: "
         "{pack: ga4, ")) + events(event()), "G-ABC1234567",
         "`ga4_b` and `ga4` are one account: each of its page views would be sent twice",
         "set `page_view: off` for one of the two, or let events send to `ga4`", "warning"),
    Case("data-source", "data: {a: {type: string}}\n", "a",
         "a data key needs exactly one source, found none",
         f"one of {OPERATORS}`regex`, `builtin`, `script` and 7 more"),
    Case("data-source", "data: {a: {path: x, js: y}}\n", "a",
         "a data key needs exactly one source, found `js`, `path`",
         f"one of {OPERATORS}`regex`, `builtin`, `script` and 7 more"),
    Case("data-source", "data: {a: {dom: {attribute: href}}}\n", "dom",
         "`dom` needs either `id` or `css`"),
    Case("data-source", "data: {a: {dom: {id: x, css: y}}}\n", "dom",
         "`dom` needs either `id` or `css`"),
    Case("data-source", "data: {a: {url: {component: query}}}\n", "url",
         "`key` goes with `component: query`, and only with it"),
    Case("data-source", "data: {a: {url: query}}\n", "query", "`query` needs the parameter's name",
         "use `query: name`"),
    Case("data-source", "data: {a: {referrer: query}}\n", "query",
         "`query` needs the parameter's name", "the referrer's parameters have no variable in GTM"),
    Case("default-type", "data: {a: {path: a, type: number, default: 1 EUR}}\n", "1 EUR",
         "the default `1 EUR` is not of the type number"),
    Case("default-type", "data: {a: {path: a, type: integer, default: 1.5}}\n", "1.5",
         "the default `1.5` is not of the type integer"),
    Case("default-type", "data: {a: {path: a, type: currency, default: euro}}\n", "euro",
         "the default `euro` is not of the type currency"),
    Case("default-type", "data: {a: {path: a, type: items, default: x}}\n", "x",
         "the default `x` is not of the type items"),
    Case("trigger-form", "triggers: {t: {pages: [a]}}\npages: {a: {path: /}}\n", "t",
         "a trigger needs exactly one form, found none",
         "to fire on each load of these pages, write `page: [a]`"),
    Case("trigger-form", "triggers: {t: {where: {page_path: /}}}\npages: {a: {path: /}}\n", "t",
         "a trigger needs exactly one form, found none",
         "one of `page`, `lifecycle`, `event`, `event_matches`, `history`, `click`, `link`, "
         "`submit`, `visible`, `scroll`, `scroll_pixels`, `scroll_horizontal`, "
         "`scroll_horizontal_pixels`, `timer`, `video`, `js_error`, `group`, `always`"),
    Case("trigger-form", "triggers: {t: {scroll: 5, scroll_pixels: 5}}\n", "scroll_pixels",
         "`scroll` and `scroll_pixels` exclude each other"),
    Case("trigger-form", "triggers: {t: {video: {start: false}}}\n", "video",
         "`video` captures nothing"),
    Case("trigger-option", "triggers: {t: {event: x, wait: 2s}}\n", "wait",
         "`wait` goes with `link`, `submit`"),
    Case("trigger-option", events(event(on="[{click: a, ratio: 5}]")), "ratio",
         "`ratio` goes with `visible`"),
    Case("except-in-list", BASE.replace("site}", "site, granted_on: ok}")
         + "triggers:\n  ok: {event: ok, except: [no]}\n  no: {event: ok, where: {page_path: /}}\n",
         "ok", "`ok` has an `except`, which would hold for the tags' own triggers, too",
         "put the condition into its `where`"),
    Case("except-in-list", "triggers: {b: {event: b}}\n"
         + events(event(on="[{event: x, except: [b]}, {event: y}]")), "except",
         "a blocking trigger holds for the whole tag, not for one of its triggers",
         "put `except` beside `on`"),
    Case("except-in-list", "triggers: {b: {event: b}, t: {event: t, except: [b]}}\n"
         + events(event(on="[{event: x}, t]")), "t",
         "`t` has an `except`, which would hold for the whole tag",
         "put `except` beside `on`, or make it an event of its own"),
    Case("group-member", "site: {navigation: spa}\npages: {a: {path: /}}\n"
         "triggers: {p: {page: a}, g: {group: [p]}}\n", "p",
         "`p` is a page trigger: on a single-page app, two triggers in GTM",
         "use `lifecycle: page_view` with `pages`, or `event`"),
    Case("group-member", "pages: {a: {path: /}, b: {path: /b, host: b.example}}\n"
         "triggers: {p: {page: [a, b]}, g: {group: [p]}}\n", "p",
         "the pages of `p` make several triggers in GTM; a group waits for all",
         "name pages that differ only in their paths"),
    Case("group-member", "triggers:\n  t: {event: x}\n  g00: {group: [t]}\n" + "".join(
         f"  g{i:02}: {{group: [g{i - 1:02}]}}\n" for i in range(1, 20)), "g00",
         "groups hold groups, `g00` more than 16 levels deep"),
    Case("lookup-cycle", 'data: {a: {constant: {text: "x{{a}}"}}}\n', "a",
         "the data keys depend on each other: a -> a"),
    Case("unknown-data", 'data: {a: {constant: {text: "x{{zzz}}"}}}\n', '"x{{zzz}}"',
         "there is no data key `zzz`", DECLARE),
    Case("unknown-data", 'data: {a: {lookup: {input: page_path, map: {x: {text: "{{ y }}"}}}}}\n',
         '"{{ y }}"', "`{{` without a data key behind it",
         "write `{{key}}`, with a key under `data` or a built-in variable's"),
    Case("unknown-data", 'data: {a: {lookup: {input: page_path, map: [{key: {text: "{{zzz}}"}, '
         "value: 1}]}}}\n",
         '"{{zzz}}"', "there is no data key `zzz`", DECLARE),
    Case("lookup-cycle", "data:\n  a: {lookup: {input: b, map: {x: y}}}\n"
         "  b: {regex: {input: c, map: {x: y}}}\n  c: {url: {component: host, source: a}}\n", "a",
         "the data keys depend on each other: a -> b -> c -> a"),
    Case("lookup-cycle", "data: {a: {lookup: {input: a, map: {x: y}}}}\n", "a",
         "the data keys depend on each other: a -> a"),
    Case("group-cycle", "triggers: {g: {group: [h]}, h: {group: [g]}}\n", "g",
         "the groups contain each other: g -> h -> g"),
    Case("regex-order", "data: {a: {regex: {input: page_url, map: {x: 1, y: 2}}}}\n", "map",
         "the first pattern that matches wins, but a mapping has no order; "
         "the patterns are taken by name",
         "write a list: `map: [{pattern: ..., value: ...}]`", "warning"),
    Case("ignore-case", events(event(where="{page_path: {equals: x, ignore_case: true}}")),
         "ignore_case", "`ignore_case` goes with `matches` and `not_matches`",
         "GTM ignores case in regular expressions only"),
    Case("ignore-case", "triggers: {t: {event: x, where: {page_path: {ignore_case: true}}}}\n",
         "ignore_case", "`ignore_case` goes with `matches` and `not_matches`",
         "GTM ignores case in regular expressions only"),
    Case("ignore-case", events(event(
         send="{ga4: {event: login, where: {page_path: {ignore_case: true}}}}")),
         "ignore_case", "`ignore_case` goes with `matches` and `not_matches`",
         "GTM ignores case in regular expressions only"),
    Case("missing-key", HEAD + "platforms: {ga4: {measurement_id: G-ABC1234567}}\n", "ga4",
         "`consent` is missing in `ga4`",
         "name the GTM consent types that the tags wait for, `consent: [ad_storage]`, or say "
         "`consent: not_required`"),
    Case("consent-type", HEAD + PLATFORMS.replace("[ad_storage]", "[ad_storag]"), "ad_storag",
         "`ad_storag` is not one of GTM's own consent types", "did you mean `ad_storage`?",
         "warning"),
    Case("consent-type", events(event(send="{ga4: {event: login, consent: [marketing]}}")),
         "marketing", "`marketing` is not one of GTM's own consent types",
         "known: `ad_personalization`, `ad_storage`, `ad_user_data`, `analytics_storage`, "
         "`functionality_storage`, `personalization_storage`, `security_storage`", "warning"),
    Case("consent-type", "gtm: {tags: {t: {type: html, consent: [ad_storag]}}}\n", "ad_storag",
         "`ad_storag` is not one of GTM's own consent types", "did you mean `ad_storage`?",
         "warning"),
    Case("consent-type", HEAD + PLATFORMS.replace("site}", "{marketing: denied}}"), "marketing",
         "`marketing` is not one of GTM's own consent types",
         "known: `ad_personalization`, `ad_storage`, `ad_user_data`, `analytics_storage`, "
         "`functionality_storage`, `personalization_storage`, `security_storage`", "warning"),
    Case("consent-default", HEAD + f"platforms:\n{GA4}", "[analytics_storage]",
         "nothing says what `analytics_storage` is before the visitor has chosen, and GTM treats "
         "an unset type as granted",
         "add `consent: {default: {analytics_storage: denied}}` to the spec, or "
         "`consent: {default: site}` if the page sets it before GTM starts", "warning"),
    Case("consent-default", HEAD + PLATFORMS.replace("[ad_storage]", "[ad_storage, ad_user_data]")
         .replace("site}", "{analytics_storage: denied}}"), "[ad_storage, ad_user_data]",
         "nothing says what `ad_storage`, `ad_user_data` are before the visitor has chosen, and "
         "GTM treats an unset type as granted",
         "add `consent: {default: {ad_storage: denied}}` to the spec, or "
         "`consent: {default: site}` if the page sets it before GTM starts", "warning"),
    Case("unknown-trigger", HEAD + PLATFORMS.replace("site}", "site, granted_on: nope}"), "nope",
         "there is no trigger `nope`"),
    Case("url-pattern", events(event(where="{click_url: {url: 'https://*.shop.example/*'}}")),
         "'https://*.shop.example/*'",
         "`url` compares whole addresses: `https://*.shop.example/*` never matches",
         "use `starts_with`, or `matches` with a regular expression"),
    Case("url-pattern", events(event(where="{click_url: {not_url: '/sale/**'}}")), "'/sale/**'",
         "`url` compares whole addresses: `/sale/**` never matches",
         "use `starts_with`, or `matches` with a regular expression"),
    Case("wrong-type", events(event(where="{page_path: {gt: many}}")), "many",
         "`gt` compares numbers, not `many`"),
    Case("wrong-type", events(event(where="{page_path: {not_lte: 1_000}}")), "1_000",
         "`lte` compares numbers, not `1_000`"),
    Case("wrong-type", events(event(where="{page_path: {gte: true}}")), "true",
         "`gte` compares numbers, not `true`"),
    Case("wrong-type", events(event(where="{page_path: {lt: [1, 2]}}")), "[1, 2]",
         "`lt` takes one number, not a list"),
    Case("wrong-type", events(event(where="{page_url: {url: [a, b]}}")), "[a, b]",
         "`url` takes one URL, not a list"),
    Case("regex", events(event(where="{page_path: {matches: '(a'}}")), "'(a'",
         "`(a` is not a valid regular expression in JavaScript: it cannot be read: missing ), "
         "unterminated subpattern at position 0",
         "to match such a character itself, put `\\` before it", "warning"),
    Case("regex", events(event(where="{page_path: {not_matches: [a, '*']}}")), "'*'",
         "`*` is not a valid regular expression in JavaScript: it cannot be read: nothing to "
         "repeat at position 0", "to match such a character itself, put `\\` before it", "warning"),
    Case("regex", "triggers: {t: {event_matches: '(?i)add'}}\n", "'(?i)add'",
         "`(?i)add` is not a valid regular expression in JavaScript: JavaScript has no flags "
         "inside a pattern", "use `ignore_case: true` instead", "warning"),
    Case("regex", "data: {a: {regex: {input: page_url, map: {'[': x}}}}\n", "'['",
         "`[` is not a valid regular expression in JavaScript: it cannot be read: unterminated "
         "character set at position 0",
         "to match such a character itself, put `\\` before it", "warning"),
    Case("regex", "data: {a: {regex: {input: page_url, map: [{pattern: '(?P<x>a)', value: x}]}}}\n",
         "'(?P<x>a)'", "`(?P<x>a)` is not a valid regular expression in JavaScript: JavaScript "
         "writes a named group `(?<name>...)`", None, "warning"),
    Case("data-path", "data: {a: {query: '?q='}}\n", "'?q='",
         "`?q=` is taken for the name of a query parameter as it stands", "write `query: q`",
         "warning"),
    Case("data-path", "data: {a: {query: 'a=1&b='}}\n", "'a=1&b='",
         "`a=1&b=` is taken for the name of a query parameter as it stands",
         "name one parameter, without `?` and `=`", "warning"),
    Case("data-path", "data: {a: {js: 'getTotal()'}}\n", "'getTotal()'",
         "`getTotal()` is taken for the name of a global variable: GTM runs no code here",
         "`script: {file: FILE.js}` runs code, where the site's policy allows it", "warning"),
    Case("data-path", "data: {a: {path: $.order.id}}\n", "$.order.id",
         "`$.` in `$.order.id` is taken for a part of what the site pushes",
         "a path begins inside the data layer: `path: order.id`", "warning"),
    Case("data-path", "data: {a: {path: dataLayer.order.id}}\n", "dataLayer.order.id",
         "`dataLayer.` in `dataLayer.order.id` is taken for a part of what the site pushes",
         "a path begins inside the data layer: `path: order.id`", "warning"),
    Case("data-path", "data: {a: {path: '{{order.id}}'}}\n", "'{{order.id}}'",
         "`{{` in `{{order.id}}` is taken for a part of what the site pushes",
         "a path begins inside the data layer: `path: order.id`", "warning"),
    Case("data-path", "data: {a: {path: window.shop.id}}\n", "window.shop.id",
         "`window.` in `window.shop.id` is taken for a part of what the site pushes",
         "`js: shop.id` reads a global variable; a path begins inside the data layer", "warning"),
    Case("data-path", "data: {a: {path: 'items[0].price'}}\n", "'items[0].price'",
         "GTM does not read brackets in a path: in `items[0].price` they are part of a key's name",
         "use dots: `path: items.0.price`", "warning"),
    Case("page-path", "pages: {a: {path: '/p/:id'}}\n", "'/p/:id'",
         "`:id` in `/p/:id` is taken as it stands", "a placeholder is written `{name}`, or `*`",
         "warning"),
    Case("page-path", "pages: {a: {path: [/b, '/p/.*']}}\n", "'/p/.*'",
         "`.*` in `/p/.*` is taken as it stands", "a page's path is a glob: `*`, `**`, `{name}`",
         "warning"),
    Case("page-path", "pages: {a: {path: '/p/{id'}}\n", "'/p/{id'",
         "`{id` in `/p/{id` is taken as it stands", "a placeholder is written `{name}`", "warning"),
    Case("page-form", "pages: {a: {title: x}}\n", "a", "a page needs `path`, `host` or `query`"),
    Case("bad-value", "pages: {a: {path: search}}\n", "search",
         "the text `search` is not allowed here",
         "a path begins with `/` and has neither host nor query; write `path: /search`"),
    Case("bad-value", "pages: {a: {path: 'https://shop.example/s?q=1'}}\n",
         "'https://shop.example/s?q=1'",
         "the text `https://shop.example/s?q=1` is not allowed here",
         "a path begins with `/` and has neither host nor query; write `host: shop.example` and "
         "`path: /s` and `query: {q: 1}`"),
    Case("bad-value", "pages: {a: {path: '/a#b'}}\n", "'/a#b'",
         "the text `/a#b` is not allowed here",
         "a path begins with `/` and has neither host nor query; write `path: /a`; "
         "for the part behind #, a data key `{url: fragment}` in `where`"),
    Case("bad-value", "site: {hosts: ['https://shop.example:80/a']}\n",
         "'https://shop.example:80/a'", "the text `https://shop.example:80/a` is not allowed here",
         "the host name alone, without protocol, port and path: `shop.example`"),
    Case("bad-value", "pages: {a: {host: 'me@shop.example'}}\n", "'me@shop.example'",
         "the text `me@shop.example` is not allowed here",
         "the host name alone, without protocol, port and path: `shop.example`"),
    Case("bad-value", "site: {navigation: spaa}\n", "spaa",
         "the text `spaa` is not one of `spa`, `pages`", "did you mean `spa`?"),
    Case("bad-value", "triggers: {t: {timer: 30}, u: {timer: thirty}}\n", "thirty",
         "the text `thirty` is not allowed here",
         "repeatedly, while a page stays open. A duration: 500ms, 2s, 1.5m or 1h"),
    Case("bad-value", "triggers: {t: {scroll: 101}}\n", "101", "`101` must be at most 100"),
    Case("empty-value", 'data: {a: {constant: ""}}\n', '""',
         "an empty text is not allowed here", "a fixed value; GTM refuses an empty one"),
    Case("empty-value", "events: {e: {on: [], send: [ga4]}}\n", "[]",
         "an empty list is not allowed here"),
    Case("bad-key", "data: {orderId: {path: x}}\n", "orderId", "`orderId` cannot be a key",
         "a key is made of lower-case letters, digits and underscores, a letter first"),
    Case("unknown-key", "site: {curency: EUR}\n", "curency", "unknown key `curency` in `site`",
         "did you mean `currency`?"),
    Case("unknown-key", "site: {<<: x}\n", "<<", "unknown key `<<` in `site`",
         "YAML 1.2 has no merge keys; write the keys out, or use `environments`"),
    Case("duplicate-item", "triggers: {t: {event: x}, g: {group: [t, t]}}\n", "[t, t]",
         "an item stands in the list twice"),
    Case("missing-key", "data: {a: {js: x, scope: event}}\n", "scope", "`scope` goes with `path`"),
    Case("missing-key", "data: {a: {path: x, fields: {item_id: sku}}}\n", "fields",
         "`fields` goes with `type: items`"),
    Case("missing-key", "data: {a: {path: x, type: string, decimal: ','}}\n", "decimal",
         "`decimal` goes with `type: number`, `type: integer`, `type: items`"),
    Case("bad-value", "data: {b: {path: x}, a: {first_of: [b]}}\n", "[b]",
         "the list must have at least 2 items, and has 1",
         "the first of these data keys that has a value"),
    Case("wrong-type", events(event(send="tiktok")), "tiktok",
         "expected a list, found the text `tiktok`",
         "write `[tiktok]`"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.marked}"[:50])
def test_where_a_rule_strikes(case):
    text = case.text if case.text.startswith(HEAD) else BASE + case.text
    found = [problem for problem in problems(text) if problem.rule == case.rule]
    said = [(marked(text, p), p.message, p.hint, p.severity.value) for p in found]
    assert case[2:] in said


THROUGH_ONE_SERVER = GA4.replace("}", ", server_container_url: 'https://sst.example'}")
GOOD = {
    "two streams through one server container": HEAD + PLATFORMS.replace(
        GA4, THROUGH_ONE_SERVER + THROUGH_ONE_SERVER.replace("ga4: {", "ga4_b: {pack: ga4, ")
        .replace("G-ABC1234567", "G-DEF1234567")) + events(event()),
    "built-in variables are data": events(event(params="{a: page_path}", where="{event: x}")),
    "globs over pages": "pages: {a_b: {path: /}}\n" + events(event(on="{page: 'a_*'}")),
    "lists of one and of many": "triggers: {t: {event: x}}\n" + events(event(on="[t, {event: y}]")),
    "except beside a list": "triggers: {t: {event: z}}\n"
    + events(event(on="[{event: y}, {event: z}]", **{"except": "[t]"})),
    "except of the only trigger": "triggers: {b: {event_matches: t}, t: {event: t, except: [b]}}\n"
    + events(event(on="t")),
    "own GA4 events": events(event("my_event", send="[ga4]")),
    "the site's currency": "site: {currency: EUR}\n"
    + events(event(send="{tiktok: Lead}", params="{value: value}"))
    + "data: {value: {path: v, type: number}}\n",
    "a parameter that one of two platforms takes": events(
        event(send="{ga4: login, tiktok: Lead}", params="{colour: {const: red}}")
    ),
    "a parameter taken away": events(
        event(
            send="{ga4: login, tiktok: {event: Lead, params: {status: null}}}",
            params="{status: {const: x}}",
        )
    ),
    "scrolls of two directions": "triggers: {t: {scroll: [25], scroll_horizontal_pixels: 5}}\n",
    "numbers": events(event(where="{random_number: {gt: -1.5e3, lt: '5'}}")),
    "lists of texts": events(event(where="{page_path: {not_contains: [a, b], css: [a, b]}}")),
    "ignored case": events(event(where="{page_path: {not_matches: [a, b], ignore_case: true}}")),
    "patterns of JavaScript": "triggers:\n  t: {event: x, where: {page_path: {matches: "
    "['(?<a>b)\\k<a>', '(?<=a+)b', '[^]', '[[a]', '\\d\\/\\-', '[(?P<]', '\\\\(?:a)', '(?<!a)b',"
    " '^a$', 'a{2,}', '\\u0041', 'a++b'.slice]}}}\n".replace(", 'a++b'.slice", ""),
    "a regex table as a list": events(event(params="{a: r}"))
    + "data: {r: {regex: {input: page_url, map: [{pattern: b, value: 1}, {pattern: a, value: 2}]}}}\n",  # noqa: E501
    "defaults": events(event(params="{a: a, b: b, c: c, d: d}"))
    + "data:\n  a: {path: a, type: number, default: -1.5}\n  b: {path: b, default: x}\n"
    "  c: {path: c, type: boolean, default: false}\n  d: {path: d, type: string, default: 5}\n",
    "whole addresses": events(event(where="{click_url: {url: 'https://shop.example/a?b=c'}}")),
    "a default for each consent type": HEAD
    + PLATFORMS.replace(
        "site}", "{ad_storage: denied, analytics_storage: granted}, granted_on: t}"
    )
    + "triggers: {t: {event: x}}\n",
    "a trigger for consent": HEAD + PLATFORMS.replace("site}", "site, granted_on: t}")
    + "triggers: {t: {event: x}}\n",
    "groups": "pages: {a: {path: /}, b: {path: /b}}\ntriggers:\n  p: {page: [a, b]}\n"
    "  q: {event: x}\n  g: {group: [p, q]}\n  h: {group: [g, q]}\n",
    "paths": "pages: {a: {path: ['/', '/a/*', '/a/**', '/{x}/b', '/ü', '/a.html', '/a(b)', '/a+b']}}\n",  # noqa: E501
    "hosts": "site: {hosts: [localhost, shop.example, münchen.example]}\n"
    "pages: {a: {host: '*.shop.example'}}\n",
    "no consent needed": HEAD
    + "platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}\n",
    "constants": events(event(params="{a: a, b: b}"))
    + "data: {a: {constant: 0}, b: {constant: false}}\n",
    "page views by hand": HEAD + PLATFORMS.replace("consent: [ana", "page_view: off, consent: [ana")
    + events(event(send="{ga4: page_view}")),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_where_no_rule_strikes(name):
    text = GOOD[name] if GOOD[name].startswith(HEAD) else BASE + GOOD[name]
    found = [(problem.rule, problem.message) for problem in problems(text)]
    assert [item for item in found if item[0] != "unused-trigger"] == []


TIKTOK_EVENTS = [
    "AddPaymentInfo",
    "AddToCart",
    "AddToWishlist",
    "ApplicationApproval",
    "CompleteRegistration",
    "Contact",
    "CustomizeProduct",
    "Download",
    "FindLocation",
    "InitiateCheckout",
    "Lead",
    "Purchase",
    "Schedule",
    "Search",
    "StartTrial",
    "SubmitApplication",
    "Subscribe",
    "ViewContent",
]


@pytest.mark.parametrize("name", TIKTOK_EVENTS)
def test_every_standard_event_of_tiktok_is_known(name):
    params = "{items: items, value: value, currency: {const: EUR}, search_term: page_url}"
    text = BASE + events(event(send=f"{{tiktok: {name}}}", params=params), data=ITEMS)
    assert rules(text) == []


def test_there_are_eighteen():
    assert len(TIKTOK_EVENTS) == 18


def test_all_problems_at_once_sorted_by_place():
    """A problem of shape in one entry hides nothing that other entries do wrong."""
    text = BASE + (
        "data:\n  a: {path: 5}\n  b: {path: b, js: b}\n  c: {path: c, type: number, default: x}\n"
        "triggers:\n  t: {event: x, wait: 5s}\n"
        "events:\n"
        "  one: {on: {event: x}, send: tiktok}\n"
        "  two: {on: {event: x}, send: {tiktok: ViewContnt}, params: {value: a}}\n"
        "  three: {on: t, send: {ga4: login}, where: {page_path: {gt: x}}}\n"
    )
    found = problems(text)
    assert [(p.span.line, p.rule) for p in found] == [
        (9, "wrong-type"),
        (10, "data-source"),
        (11, "default-type"),
        (13, "trigger-option"),
        (15, "wrong-type"),
        (16, "missing-param"),
        (16, "unknown-event"),
        (17, "wrong-type"),
    ]
    places = [(p.span.line, p.span.col) for p in found]
    assert places == sorted(places)


def test_a_thousand_wrong_names_take_no_minute():
    names = "".join(event(f"e{number}", on=f"trigger_{number}x") for number in range(600))
    triggers = "".join(f"  trigger_{number}: {{event: x}}\n" for number in range(600))
    found = rules(f"{BASE}triggers:\n{triggers}{events(names)}")
    assert found == ["unused-trigger"] * 600 + ["unknown-trigger"] * 600


def test_long_chains_of_lookups_and_groups_are_walked_once():
    chain = "".join(
        f"  a{number}: {{lookup: {{input: a{number + 1}, map: {{x: y}}}}}}\n"
        for number in range(3000)
    )
    assert rules(f"{BASE}data:\n{chain}  a3000: {{path: x}}\n") == ["unused-data"]


@pytest.mark.parametrize(
    ("consent", "message", "hint"),
    [
        (
            "{defautl: {ad_storage: denied}, wait_for_update: 500}",
            "unknown key `defautl` in `consent`",
            "did you mean `default`?",
        ),
        ("{wait_for_update: 500}", "`wait_for_update` goes with `default`", None),
    ],
)
def test_a_key_that_another_one_goes_with_is_one_mistake(consent, message, hint):
    found = problems(f"{HEAD}platforms:\n{GA4}consent: {consent}\n")
    assert [(problem.message, problem.hint) for problem in found] == [(message, hint)]
