"""GA4's tags as GTM has them, in the words of the spec: the Google tag and its event tags.

They are of the very type that the pack makes, so a report only counts them; a migration replaces
them. The account comes first: the pack sets it up with a Google tag of its own, beside which the
container's would be a second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.container.values import REFERENCE
from gtmgen.importer.lift.accounts import read_consent
from gtmgen.importer.lift.google_accounts import OpenAccounts
from gtmgen.importer.lift.google_tables import add_rows, read_rows
from gtmgen.importer.lift.google_values import GoogleValues
from gtmgen.importer.lift.model import KeptTag, LiftedContainer, SendProposal
from gtmgen.importer.lift.send_values import lift_event_id
from gtmgen.importer.lift.tag_settings import ONCE, list_lost_settings
from gtmgen.importer.lift.told_cases import list_moved_setup, list_other_ids
from gtmgen.lint.constants import constant_of
from gtmgen.lint.html import text_of
from gtmgen.lint.uses import EVENT, Use
from gtmgen.packs.model import Pack
from gtmgen.spec.lifting import NotLiftedError

Json = dict[str, Any]
_SETUP = {
    "googtag": ("tagId", "configSettingsTable", ("parameter", "parameterValue")),
    "gaawc": ("measurementId", "fieldsToSet", ("name", "value")),
}
"""Type of a tag that sets an account up -> its fields for the account and for parameters."""
_SWITCHES = {"sendPageView": "send_page_view"}
"""Fields of the older tag that are parameters of the Google tag."""
_SERVER = ("enableSendToServerContainer", "serverContainerUrl")
_IGNORED = frozenset(
    ("measurementIdOverride", "measurementId", "eventName", "eventSettingsVariable")
)
_ECOMMERCE = "sendEcommerceData"
_COLUMNS = ("parameter", "parameterValue")
_SHARED = {"configSettingsVariable": ("gtcs", "configSettingsTable")}
"""Fields of the Google tag that name a variable -> its type, and its table."""
_EVENT_SETTINGS = ("eventSettingsVariable", "gtes", "eventSettingsTable")
_URL = "server_container_url"
_NO_TAG = "none"
"""What GTM writes where an event tag refers to no tag that sets its account up."""


def suggest_google(source: LiftedContainer, pack: Pack) -> Iterator[SendProposal | KeptTag]:
    """For each tag that sets up an account of the pack, and for each event tag."""
    google = _Google(source, pack)
    yield from google.lift_setups()
    for tag, uses in source.sent.tags:
        for use in uses:
            if use.platform.pack.name == pack.name and use.what == EVENT:
                try:
                    yield google.event(tag, use)
                except NotLiftedError as error:
                    yield KeptTag(tag.name, pack.name, str(error), is_own_type=True)


class _Google:
    def __init__(self, source: LiftedContainer, pack: Pack) -> None:
        self._source = source
        self._pack = pack
        self._values = GoogleValues(source, pack)
        fields = {type_: account for type_, (account, *_) in _SETUP.items()}
        self._open = OpenAccounts(source, pack, fields)
        self._pattern = re.compile(pack.settings["properties"]["measurement_id"]["pattern"])
        self._setup_tags: dict[str, list[Tag]] = {}
        for tag in source.tags():
            account = self._find_set_up_account(tag)
            if account is not None and not tag.paused:
                self._setup_tags.setdefault(account, []).append(tag)
        # The first account gets the pack's own name, so that most specs read as if written by hand.
        self._keys = {
            account: pack.name if number == 1 else f"{pack.name}_{number}"
            for number, account in enumerate(self._setup_tags, 1)
        }
        self._declared: dict[str, Json] = {}

    def _find_set_up_account(self, tag: Tag) -> str | None:
        setup = _SETUP.get(str(tag.type))
        account = constant_of(self._source, text_of(tag, setup[0])) if setup else ""
        return account if self._pattern.search(account) else None

    def lift_setups(self) -> Iterator[SendProposal | KeptTag]:
        for name, variable in self._open.by_tag.items():
            reason = self._open.describe(variable)
            yield KeptTag(name, self._pack.name, reason, is_own_type=True)
        for account, tags in self._setup_tags.items():
            try:
                # Each would be replaced by a Google tag of its own, with other settings for the
                # same account.
                if len(tags) > 1:
                    raise NotLiftedError(f"{len(tags)} tags set up `{account}`")
                yield self._setup(account, tags[0])
            except NotLiftedError as error:
                for tag in tags:
                    yield KeptTag(tag.name, self._pack.name, str(error), is_own_type=True)

    def _setup(self, account: str, tag: Tag) -> SendProposal:
        # The pack's Google tag fires on Initialization of every page, and nowhere else.
        if not self._source.sent.fires_on_every_page(tag) or len(tag.firing) > 1:
            raise NotLiftedError("it does not fire on every page, once")
        data: Json = {}
        settings = self._lift_settings(tag, data)
        platform: Json = {
            **({} if self._keys[account] == self._pack.name else {"pack": self._pack.name}),
            "measurement_id": account,
            **settings,
            "consent": read_consent(tag),
        }
        self._declared[account] = platform
        changes = [*list_moved_setup(self._source, tag, settings.get("config", {}), data)]
        if "user_id" in settings:
            changes.append("`user_id` goes with each event, as it is then, not as the page loads")
        return SendProposal(
            tag.name,
            self._pack.name,
            platforms={self._keys[account]: platform},
            data=data,
            lost_settings=tuple(list_lost_settings(tag)),
            changes=tuple(changes),
            is_own_type=True,
        )

    def _lift_settings(self, tag: Tag, data: Json) -> Json:
        """The account's settings; parameters that it has no setting for are its ``config``."""
        account, table, columns = _SETUP[str(tag.type)]
        given: dict[str, str] = {}
        server: dict[str, str] = {}
        for field in tag.parameter:
            if field.key == table:
                add_rows(given, read_rows(field, columns), str(field.key))
            elif field.key in _SHARED and field.value not in ("", None):
                type_, own = _SHARED[field.key]
                add_rows(
                    given, self._read_rows_of_variable(str(field.value), type_, own), field.key
                )
            elif field.key in _SWITCHES:
                given[_SWITCHES[field.key]] = str(field.value)
            elif field.key in _SERVER:
                server[field.key] = str(field.value or "")
            elif field.key != account and field.value not in ("", "false", None, ()):
                raise NotLiftedError(f"the language has no word for its `{field.key}`")
        if server.get(_SERVER[0]) == "true":
            given["server_container_url"] = server.get(_SERVER[1], "")
        return self._name_settings(given, data)

    def _name_settings(self, given: dict[str, str], data: Json) -> Json:
        # Left out, it is on: Google's tag sends the page view unless it is told not to.
        sends = given.pop("send_page_view", "true")
        if sends not in ("true", "false"):
            raise NotLiftedError("a variable decides whether it sends page views")
        settings: Json = {"page_view": "auto" if sends == "true" else "off"}
        if "server_container_url" in given:
            url = constant_of(self._source, given.pop("server_container_url"))
            if not url.startswith("https://"):
                raise NotLiftedError(f"its server container is not a constant: `{url}`")
            settings["server_container_url"] = url
        if "user_id" in given:
            settings["user_id"] = self._values.ensure_data_key(
                "user_id", given.pop("user_id"), data
            )
        config = {
            name: self._values.ensure_data_key(name, text, data) for name, text in given.items()
        }
        return {**settings, **({"config": config} if config else {})}

    def event(self, tag: Tag, use: Use) -> SendProposal:
        account = self._find_account(tag)
        key = self._keys[account]
        if use.name is None:
            raise NotLiftedError("it takes the event's name from elsewhere")
        # The spec leaves a page view to the account (`page_view`): as an event beside it, it would
        # be sent twice.
        if use.name == use.platform.page_view:
            raise NotLiftedError("it sends page views: `page_view: {on: ...}` says when")
        more = [name for name in use.more if name not in _IGNORED]
        if _ECOMMERCE in more:
            raise NotLiftedError(
                f"it sends whatever the site's `ecommerce` holds (`{_ECOMMERCE}`), and the "
                "container does not say what that is: `params` names each parameter"
            )
        if more:
            raise NotLiftedError(f"the language has no word for its `{more[0]}`")
        if tag.firing_option not in ONCE:
            raise NotLiftedError(f"the language has no word for `{tag.firing_option}`")
        platform = self._declared.get(account)
        if platform is None:
            raise NotLiftedError(
                "the tag that sets up its account stays, and gtmgen's would be a second one"
            )
        data: Json = {}
        given = {**use.params, **self._read_shared_params(tag, use, platform)}
        # The ID is a parameter of the event, to GA4.
        own_id = given.pop("event_id", None)
        event_id = lift_event_id(self._source, replace(use, event_id=own_id)) if own_id else None
        params = {
            name: self._values.lift_param(name, text, data) for name, text in sorted(given.items())
        }
        return SendProposal(
            tag.name,
            self._pack.name,
            platforms={key: platform},
            send={key: self._lift_options(tag, use.name, platform)},
            data=data,
            params=params,
            event_id=event_id,
            lost_settings=tuple(list_lost_settings(tag)),
            additions=() if event_id else ("it gets a parameter `event_id`",),
            cases=tuple(list_other_ids(self._source, own_id, event_id)),
            needs_account=True,
            is_own_type=True,
        )

    def _read_shared_params(
        self, tag: Tag, use: Use, platform: Mapping[str, Any]
    ) -> dict[str, str]:
        """The parameters of the variable that an event tag takes settings from."""
        field, type_, table = _EVENT_SETTINGS
        named = text_of(tag, field)
        shared = self._read_rows_of_variable(named, type_, table) if named else {}
        url = shared.pop(_URL, None)
        if url is not None and constant_of(self._source, url) != platform.get(_URL):
            raise NotLiftedError("its event settings name another server container")
        # Which of the two would be sent is not known here, and not guessed.
        twice = shared.keys() & use.params.keys()
        if twice:
            raise NotLiftedError(f"its `{min(twice)}` stands in its event settings, too")
        return shared

    def _read_rows_of_variable(self, text: str, type_: str, table: str) -> dict[str, str]:
        """The table of a settings variable of Google's that a field names."""
        reference = REFERENCE.fullmatch(text)
        for item in self._source.of_kind(Kind.VARIABLE) if reference else ():
            if isinstance(item, Variable) and (item.name, item.type) == (text[2:-2], type_):
                others = [field for field in item.parameter if field.key != table and field.value]
                if others or any(value for _, value in item.extra):
                    raise NotLiftedError(f"the language has no word for what `{text}` has")
                fields = (field for field in item.parameter if field.key == table)
                return next((read_rows(field, _COLUMNS) for field in fields), {})
        raise NotLiftedError(f"`{text}` is not a settings variable of the container")

    def _find_account(self, tag: Tag) -> str:
        """The account of an event tag: its own, or that of the tag that it refers to."""
        named = text_of(tag, "measurementIdOverride")
        other = text_of(tag, "measurementId")
        account = constant_of(self._source, named)
        if not named and other not in ("", _NO_TAG):
            setups = {
                tag.name: account for account, tags in self._setup_tags.items() for tag in tags
            }
            account = setups.get(other, constant_of(self._source, other))
        if account not in self._keys:
            variable = self._open.by_tag.get(account, account)
            if "{{" in variable:
                raise NotLiftedError(self._open.describe(variable))
            raise NotLiftedError(
                f"no tag of the container sets up its {self._pack.title} account `{account}`"
            )
        return account

    def _lift_options(self, tag: Tag, name: str, platform: Mapping[str, Any]) -> str | Json:
        options: Json = {"event": name}
        known = self._pack.custom_events and re.search(self._pack.custom_events, name)
        if name not in self._pack.events and not known:
            options["custom"] = True
        if platform["consent"] != read_consent(tag):
            options["consent"] = read_consent(tag)
        once = ONCE[tag.firing_option]
        if once is not None:
            options["once"] = once
        return options if len(options) > 1 else name
