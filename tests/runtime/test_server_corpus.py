"""Real exports of server containers: they take a request of GA4's and one of another client."""

from __future__ import annotations

from container.corpus import needs_corpus, versions

from gtmgen.runtime.server_engine import run_requests
from runtime.server_containers import ga4_request

pytestmark = needs_corpus


def test_real_server_exports_take_a_request() -> None:
    count = 0
    line = "en=purchase&ep.event_id=purchase_1&epn.value=10&cu=EUR&pr1=idA~pr10~qt1"
    data = {
        "method": "POST",
        "url": "https://sgtm.shop.example/data?v=2&event_name=purchase",
        "headers": {"Origin": "https://shop.example", "Content-Type": "application/json"},
        "body": '{"event_name": "purchase", "event_id": "1", "value": 5, "currency": "EUR"}',
    }
    for version in versions():
        if "SERVER" not in version.get("container", {}).get("usageContext", ()):
            continue
        count += 1
        played = run_requests({"containerVersion": version}, [ga4_request(line), data])
        name = version["container"]["publicId"]
        assert (played.stopped, played.errors) == (None, ()), name
        types = {client["type"] for client in version.get("client", ())}
        claimed = [one["client"] for one in played.observed["responses"]]
        assert (claimed[0] is not None) == ("gaaw_client" in types), name
        lacking = ("client type", "transformation type", "variable type", "{{Client Name}}")
        assert [one for one in played.unsupported if not one.startswith(lacking)] == [], name
    assert count >= 5
