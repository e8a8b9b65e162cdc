"""Calls of a platform's code in Custom HTML: what they load, send and tell of the visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gtmgen.container.values import REFERENCE
from gtmgen.lint.base_code import is_base_code
from gtmgen.lint.certain_calls import are_certain
from gtmgen.lint.code import Code, CodeCall, Mapped, Text, Value, calls, read_listed, scripts
from gtmgen.lint.only_calls import has_only_calls
from gtmgen.lint.uses import EVENT, LOAD, PackFile, Use

_REFERENCE = r"(\{\{[^{}]+\}\})"
_AS_NUMBER = re.compile(rf"(?:(?:Number|parseFloat)\(\s*{_REFERENCE}\s*\)|\+\s*{_REFERENCE})")
_AS_TEXT = re.compile(rf"String\(\s*{_REFERENCE}\s*\)")
_FLAGS = {"true": True, "!0": True, "false": False, "!1": False}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_JOINED = re.compile(r"""(["'])([^"'\\{}]*)\1\s*\+\s*(\{\{[^{}]+\}\})""")


def uses_in_code(platform: PackFile, words: Mapping[str, Any], html: str) -> Iterator[Use]:
    """What the calls in a Custom HTML tag do; ``words`` are the file's names of the methods."""
    found_calls = [call for code in scripts(html) for call in calls(code, words["object"])]
    identify = _read_identified(words, found_calls)
    more = (words["identify"],) if identify is None else ()
    sending = {words[key] for key in ("load", "page_view", "event", "of_account", "identify")}
    is_only_sending = all(call.method in sending for call in found_calls)
    is_all = is_only_sending and has_only_calls(html, words["object"], sending)
    is_base_code = _is_base_code(words, found_calls, html)
    # What is sent before the code is loaded stands in a queue that nobody may read.
    is_all = is_all or (is_base_code and _is_sent_loaded(words, found_calls))
    for call in found_calls:
        accounts, knows_accounts = _read_accounts(words, call)
        if call.method == words["load"]:
            yield _load(platform, words, call)
        elif call.method == words["page_view"]:
            yield Use(
                platform,
                EVENT,
                platform.page_view,
                accounts,
                knows_accounts=knows_accounts,
                identify=identify or {},
                more=more,
                is_all=is_all,
                is_base_code=is_base_code,
            )
        elif call.method == words["event"] and call.arguments:
            name = call.arguments[0]
            is_known = isinstance(name, Text) and "{{" not in name.value
            yield Use(
                platform,
                EVENT,
                name=name.value if isinstance(name, Text) and is_known else None,
                accounts=accounts,
                knows_accounts=knows_accounts,
                has_event_id=_has(call, 2, words["event_id"]),
                event_id=_join_value(_find_option(call, 2, words["event_id"])),
                params=_read_arguments(call),
                quoted=_list_quoted(call),
                lists=_read_lists(call),
                knows_params=len(call.arguments) < 2 or _is_whole(call.arguments[1]),
                identify=identify or {},
                more=(*more, *_list_other_options(call, 2, words["event_id"])),
                is_all=is_all,
            )


def _load(platform: PackFile, words: Mapping[str, Any], call: CodeCall) -> Use:
    """The settings that the account is loaded with: those of the pack, and ``more`` that it has
    not."""
    accounts = _list_texts(call.arguments[:1])
    flags = {name: _read_flag(_find_option(call, 1, name)) for name in words["load_settings"]}
    flag_names = [name for name, flag in flags.items() if flag is not None]
    return Use(
        platform,
        LOAD,
        accounts=accounts,
        knows_accounts=bool(accounts),
        history_off=_read_flag(_find_option(call, 1, words["history_off"])) is False,
        settings={name: True for name in flag_names if flags[name]},
        more=_list_other_options(call, 1, words["history_off"], *flag_names),
    )


def _read_accounts(words: Mapping[str, Any], call: CodeCall) -> tuple[tuple[str, ...], bool]:
    """The accounts that a call names, and whether that is all of those it reaches."""
    named = [before for before in call.on if before.method == words["of_account"]]
    accounts = [_list_texts(before.arguments[:1]) for before in named]
    return tuple(text for texts in accounts for text in texts), all(accounts)


def _is_base_code(words: Mapping[str, Any], page_calls: Sequence[CodeCall], html: str) -> bool:
    """Whether it loads the code and sends a page view, perhaps events as well, and calls nothing
    that changes what the code does, such as to wait for consent."""
    own_methods = {words[key] for key in ("load", "page_view", "event", "of_account", "identify")}
    rules = words["base_code"]
    does_no_more = all(
        call.method in own_methods or call.method in rules["calls"] for call in page_calls
    )
    beside = {words["object"]: (words["event"],)}
    certain = {words[key] for key in ("load", "page_view", "identify")}
    return (
        does_no_more
        and is_base_code(html, rules["names"], rules["address"], beside)
        and all(are_certain(code, words["object"], certain) for code in scripts(html))
    )


def _is_sent_loaded(words: Mapping[str, Any], page_calls: Sequence[CodeCall]) -> bool:
    """Whether the code is loaded before anything is sent."""
    methods = [call.method for call in page_calls if call.method in (words["load"], words["event"])]
    return methods.index(words["event"]) > 0 if words["event"] in methods else bool(methods)


def _read_flag(value: Value | None) -> bool | None:
    """A boolean as code spells it, minified or not."""
    return _FLAGS.get(value.source) if isinstance(value, Code) else None


def _list_other_options(call: CodeCall, index: int, *read_options: str) -> tuple[str, ...]:
    """The names of further options; of those that code makes, their source."""
    options = call.arguments[index] if len(call.arguments) > index else None
    if options is None:
        return ()
    if isinstance(options, Mapped):
        unread = () if options.whole else ("...",)
        return (*(name for name in options.items if name not in read_options), *unread)
    return (str(options[0]),)


def _read_identified(
    words: Mapping[str, Any], page_calls: Sequence[CodeCall]
) -> dict[str, str] | None:
    """What is told of the visitor before anything is sent; None where code computes it, or where
    some of what is sent does not have it."""
    positions = [at for at, call in enumerate(page_calls) if call.method == words["identify"]]
    if not positions:
        return {}
    sending = (words["event"], words["page_view"])
    is_late = any(call.method in sending for call in page_calls[: positions[-1]])
    arguments = page_calls[positions[0]].arguments
    argument = arguments[0] if len(arguments) == 1 else None
    if len(positions) > 1 or is_late or not isinstance(argument, Mapped) or not argument.whole:
        return None
    names = words.get("identify_names", {})
    values = {names.get(key, key): _read_argument(value) for key, value in argument.items.items()}
    texts = {key: value for key, value in values.items() if value}
    return texts if len(texts) == len(argument.items) else None


def _list_texts(values: Sequence[Value]) -> tuple[str, ...]:
    """The texts among arguments; a reference to a variable is one."""
    return tuple(
        text
        for value in values
        if (text := _read_argument(value))
        and (isinstance(value, Text) or REFERENCE.fullmatch(text))
    )


def _find_option(call: CodeCall, index: int, key: str) -> Value | None:
    options = call.arguments[index] if len(call.arguments) > index else None
    return options.items.get(key) if isinstance(options, Mapped) else None


def _has(call: CodeCall, index: int, key: str) -> bool:
    """Whether an option is given; where code makes the options, it may well be."""
    if len(call.arguments) <= index:
        return False
    options = call.arguments[index]
    return not isinstance(options, Mapped) or key in options.items or not options.whole


def _read_arguments(call: CodeCall) -> dict[str, str | None]:
    options = call.arguments[1] if len(call.arguments) > 1 else None
    if not isinstance(options, Mapped):
        return {}
    return {key: _read_argument(value) for key, value in options.items.items()}


def _list_quoted(call: CodeCall) -> frozenset[str]:
    options = call.arguments[1] if len(call.arguments) > 1 else None
    items = options.items if isinstance(options, Mapped) else {}
    return frozenset(key for key, value in items.items() if isinstance(value, Text))


def _read_lists(call: CodeCall) -> dict[str, tuple[dict[str, str], ...]]:
    """The parameters that are lists of objects of which each value is known."""
    options = call.arguments[1] if len(call.arguments) > 1 else None
    items = options.items if isinstance(options, Mapped) else {}
    lists = {}
    for key, value in items.items():
        listed = read_listed(value.source) if isinstance(value, Code) else ()
        read = [{name: _read_argument(one) for name, one in each.items.items()} for each in listed]
        known = [{name: text for name, text in each.items() if text} for each in read]
        if known and [len(each) for each in known] == [len(each.items) for each in listed]:
            lists[key] = tuple(known)
    return lists


def _is_whole(value: Value) -> bool:
    return isinstance(value, Mapped) and value.whole


def _read_argument(value: Value | None) -> str | None:
    """A text, a number, or a reference, which may be made a number or a text."""
    if isinstance(value, Text):
        return value.value
    if not isinstance(value, Code):
        return None
    converted = _AS_NUMBER.fullmatch(value.source) or _AS_TEXT.fullmatch(value.source)
    source = converted[converted.lastindex or 0] if converted else value.source
    return source if REFERENCE.fullmatch(source) or _NUMBER.fullmatch(source) else None


def _join_value(value: Value | None) -> str | None:
    """As an argument, or a text put in front of a reference; but no number that code makes."""
    if isinstance(value, Code) and _AS_NUMBER.fullmatch(value.source):
        return None
    joined = _JOINED.fullmatch(value.source) if isinstance(value, Code) else None
    return f"{joined.group(2)}{joined.group(3)}" if joined else _read_argument(value)
