"""Words of server containers in other containers, and what such a container cannot make."""

import pytest
from support import problems

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42, context: %s}
data: {one: %s}
triggers: {moment: %s}
gtm:
  variables: {user: {name: User, type: c, parameters: {value: "{{one}}"}}}
  tags: {tag: {name: Tag, type: img, consent: not_required, on: moment}}
"""
HINT = "the spec of a server container says `container: {context: server}`"
EVENT = "{event: purchase}"


def errors(context: str, data: str, trigger: str = EVENT) -> list[tuple[str, str, str | None]]:
    found = problems(SPEC % (context, data, trigger))
    return [(one.rule, one.message, one.hint) for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    ("data", "trigger", "rule", "message"),
    [
        (
            "{event_data: currency}",
            EVENT,
            "data-source",
            "`event_data` is a source of server containers",
        ),
        (
            "{request_header: user-agent}",
            EVENT,
            "data-source",
            "`request_header` is a source of server containers",
        ),
        (
            "{request_query: gclid}",
            EVENT,
            "data-source",
            "`request_query` is a source of server containers",
        ),
        (
            "{builtin: client_name}",
            EVENT,
            "data-source",
            "`client_name` is a built-in variable of server containers",
        ),
        (
            "{path: one}",
            "{always: true}",
            "trigger-form",
            "`always` is a trigger of server containers",
        ),
    ],
)
def test_words_of_a_server_container(data: str, trigger: str, rule: str, message: str) -> None:
    assert errors("web", data, trigger) == [(rule, message, HINT)]
    assert errors("server", data, trigger) == []


def test_a_condition_on_the_client_s_name_is_one_of_server_containers() -> None:
    trigger = "{event: purchase, where: {client_name: GA4}}"
    assert errors("server", "{constant: a}", trigger) == []
    ((rule, message, _),) = errors("web", "{constant: a}", trigger)
    assert (rule, message) == ("unknown-data", "there is no data key `client_name`")


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (
            "{event_data: value, type: number}",
            "nothing makes a `number` of a value of `event_data`",
            "leave `type` out",
        ),
        (
            "{request_header: user-agent, default: none}",
            "GTM's variable of a header has no `default`",
            "write `replace: {undefined: ...}`",
        ),
        (
            "{request_query: gclid, default: none}",
            "GTM's variable of a query parameter has no `default`",
            "write `replace: {undefined: ...}`",
        ),
    ],
)
def test_what_a_server_container_cannot_make(data: str, message: str, hint: str) -> None:
    assert errors("server", data) == [("data-source", message, hint)]
