"""What the documentation says of consent, pages, accounts and types, word for word."""

import pytest

from gtmgen.docs.build import build
from gtmgen.docs.words import list_languages, load_words
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
site:
  hosts: [shop.example]
  navigation: spa
  page_identity: path_query
  ignore_query: [utm_*]
  replace_state: page
  decimal: ","
  data_layer: shopLayer
consent:
  default: {ad_storage: denied, analytics_storage: granted}
  wait_for_update: 500
  granted_on: agreed
triggers:
  agreed: {event: agreed, renamed_from: accepted}
  internal: {event_matches: ".*", where: {page_hostname: {ends_with: .test}}}
platforms:
  tiktok:
    pixel_id: C4A1B2C3D4E5F6G7H8I0
    consent: [ad_storage]
    identify: {email: [mail, guest]}
    while_denied: hold
    where: {page_path: {not_starts_with: /preview}}
    except: [internal]
  brand:
    pack: tiktok
    pixel_id: C5B1B2C3D4E5F6G7H8I0
    consent: [ad_storage]
    page_view: {on: {event: viewed}, where: {page_path: {starts_with: /brand}}}
  ga4: {measurement_id: G-ABC1234567, page_view: "off", consent: not_required}
data:
  mail: {path: user.mail, type: email, pii: true}
  guest: {cookie: guest, type: email, pii: true, renamed_from: [visitor, anonymous]}
  stored: {cookie: raw, decode: false, type: string}
  value: {path: ecommerce.value, type: number}
  total: {first_of: [value, sum], type: number}
  sum: {sum: items}
  currency: {path: ecommerce.currency, type: currency}
  items: {path: ecommerce.items, type: items, fields: {item_id: sku, price: cost}}
pages:
  home: {path: /, renamed_from: start}
events:
  cart:
    on: {event: cart}
    renamed_from: basket
    params: {value: total, currency: currency, items: items, stored: stored}
    send: {tiktok: AddToCart, brand: AddToCart, ga4: add_to_cart}
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    file = tmp_path_factory.mktemp("facts") / "spec.yaml"
    file.write_text(SPEC, encoding="utf-8")
    return load(file, {})


@pytest.fixture(scope="module")
def english(loaded):
    return build(loaded)


def by_key(items):
    return {item.key: item for item in items}


def test_the_site(english):
    assert english.site.facts == (
        (
            "The site is a single-page app. Pages change without being loaded again, and "
            "in-app navigation counts as a page view."
        ),
        "A change of path or query makes a new page.",
        "These query parameters never make a new page: `utm_*`.",
        "An address that the app replaces is a new page as well.",
        "Tags fire on `shop.example` only; a copy of the site elsewhere sends nothing.",
        "Amounts that the site writes as text are read in this format: `1.299,50`.",
        "The site's data layer is called `shopLayer`.",
        "The site can set an event's ID in the message itself, as `event_id`.",
        "Until the visitor has chosen, these consent types are denied: `ad_storage`.",
        "Until the visitor has chosen, these consent types are granted: `analytics_storage`.",
        "Google's own tags wait up to 500 milliseconds for the visitor's choice.",
    )


def test_platforms_and_accounts(english):
    platforms = by_key(english.platforms)
    assert platforms["tiktok"].facts == (
        "A tag of this container sends the page views, one per page.",
        (
            "Everything for this platform is sent only under this condition: `page_path` "
            "does not start with `/preview`."
        ),
        (
            "Nothing is sent to this platform on: any dataLayer message (`page_hostname` "
            "ends with `.test`)."
        ),
        (
            "While consent is denied, events wait on the page. Once consent is given, each "
            "is sent with its own ID and data, under the address of the page shown at that "
            "moment. If the visitor leaves the page before that, they are never sent."
        ),
        "TikTok has several accounts here; each event names those that it is sent to.",
    )
    assert platforms["brand"].title == "TikTok (brand)"
    assert platforms["brand"].facts == (
        "What counts as a page view: the site's dataLayer message `viewed`.",
        "Only under this condition: `page_path` starts with `/brand`.",
        (
            "Once consent is given (the site's dataLayer message `agreed`), the page view "
            "and the events of the page load that were held back are sent, once. Other "
            "earlier events are not sent."
        ),
        "TikTok has several accounts here; each event names those that it is sent to.",
    )
    assert platforms["ga4"].facts == ("No page views are sent.",)
    assert platforms["tiktok"].identify == (("email", ("mail", "guest")),)
    assert platforms["tiktok"].consent_text == (
        "Sent only after the visitor has granted `ad_storage`. Until then it waits on the page."
    )


def test_data(english):
    data = by_key(english.data)
    assert data["guest"].facts == (
        "The cookie's value is decoded: `%40` is read as `@`.",
        "Formerly `visitor` and `anonymous`.",
    )
    assert data["stored"].facts == ("The cookie's value is taken exactly as it is stored.",)
    assert data["value"].facts == (
        (
            "An amount written as text, such as `1.299,50`, is converted to a number. "
            "Anything that is not a number is not sent."
        ),
    )
    assert data["currency"].facts == (
        (
            "The currency is converted to its three-letter code: `eur` is sent as `EUR`. "
            "Any other text, such as `Euro`, is not sent."
        ),
    )
    assert data["items"].facts == (
        "The items' fields have other names on the site: `sku` → `item_id`, `cost` → `price`.",
        (
            "A single item, or a list written as text, is accepted as well; prices and "
            "quantities are converted to numbers. Anything that is not a list of items is "
            "not sent."
        ),
    )
    assert data["sum"].source == "the sum of `price` times `quantity` over `items`"


def test_former_names(english):
    assert english.events[0].facts == ("Formerly `basket`.",)
    assert english.pages[0].facts == ("Formerly `start`.",)
    assert by_key(english.triggers)["agreed"].facts == ("Formerly `accepted`.",)


def test_what_holds_for_a_platform_stands_at_each_of_its_events(english):
    conditions = {sent.platform: sent.conditions for sent in english.events[0].deliveries}
    assert conditions["tiktok"] == ("`page_path` does not start with `/preview`",)
    assert conditions["ga4"] == ()


@pytest.mark.parametrize(
    ("consent", "fact"),
    [
        (
            "{default: site}",
            (
                "Which consent applies until the visitor has chosen is set by the site itself, "
                "before Google Tag Manager starts."
            ),
        ),
        (
            None,
            (
                "No default consent is set: until the visitor has chosen, Google Tag Manager "
                "sends as if everybody had agreed."
            ),
        ),
    ],
)
def test_consent_that_the_spec_does_not_set(tmp_path, consent, fact):
    text = SPEC.partition("consent:\n")[0] + "triggers:\n" + SPEC.partition("triggers:\n")[2]
    file = tmp_path / "spec.yaml"
    file.write_text(text + (f"consent: {consent}\n" if consent else ""), encoding="utf-8")
    documentation = build(load(file, {}))
    assert documentation.site.facts[-1] == fact
    lost = "What happens before consent is given is not sent later."
    assert lost in by_key(documentation.platforms)["brand"].facts


@pytest.mark.parametrize("language", [name for name in list_languages() if name != "en"])
def test_every_language_says_as_much(loaded, english, language):
    other = build(loaded, words=load_words(language))
    for mine, theirs in (
        (english.site, other.site),
        *zip(english.platforms, other.platforms, strict=True),
        *zip(english.data, other.data, strict=True),
    ):
        assert len(mine.facts) == len(theirs.facts)
        assert set(mine.facts).isdisjoint(theirs.facts)
        code = [sorted(fact.split("`")[1::2]) for fact in mine.facts]
        assert [sorted(fact.split("`")[1::2]) for fact in theirs.facts] == code
