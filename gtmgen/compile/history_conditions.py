"""Changes of the history: when one shows another page, and the parts of that page's address."""

from __future__ import annotations

from gtmgen.compile.context import Context, key_part, name_part
from gtmgen.compile.variables import event_data_template
from gtmgen.container.values import Condition, Parameter, boolean, condition, integer, text
from gtmgen.spec.forms.model import Conditions


def page_changed(context: Context) -> Conditions:
    """On a history event: the page is another one than before, and still the one that is shown.

    Seen in GTM's runtime: a filter's right side may be a variable, and a URL variable reads a
    URL from another variable. ``gtm.newUrl`` and ``gtm.oldUrl`` have no fragment. Three
    comparisons instead of one, because a router that only adds or drops a trailing slash does
    not change the page. An app that goes on while GTM is busy makes two messages, which both see
    the last address: the first one's page has never been looked at. Whether it is one that is
    left, the messages behind it tell; the address does not, which a router may rewrite at once.
    """
    if not context.page_change:
        context.page_change = _page_changed(context)
    return context.page_change


def _page_changed(context: Context) -> Conditions:
    site = context.spec.site
    conditions: list[Condition] = []
    if site.replace_state == "same":
        source = context.built_in("history_source")
        # Many routers write scroll positions and filters with replaceState, on the page that is
        # shown.
        conditions.append(condition("EQUALS", source, "replaceState", negate=True))
    if site.page_identity == "path":
        new, old = (_path(context, which) for which in ("new", "old"))
        conditions += [
            condition("EQUALS", new + new_slash, old + old_slash, negate=True)
            for new_slash, old_slash in (("", ""), ("/", ""), ("", "/"))
        ]
    else:
        identities = [_identity(context, which) for which in ("new", "old")]
        conditions.append(condition("EQUALS", *identities, negate=True))
    # Negated: where a version of GTM's runtime cannot read the data layer, the page counts.
    conditions.append(condition("EQUALS", _page_state(context), "left", negate=True))
    return tuple(conditions)


def _page_state(context: Context) -> str:
    """Whether the page of a history event is the one shown, or left already."""
    return context.add_variable(
        "history/page",
        context.name("variable", form="history", key="page"),
        event_data_template(context),
        (text("read", "page"),),
    )


def _identity(context: Context, which: str) -> str:
    """What tells pages apart, of a history event's new or old address."""
    site = context.spec.site
    template = context.template("page_identity", "Page identity", "shared/page_identity.tpl")
    fields = [text("url", _history_url(context, which))]
    if site.page_identity == "fragment":
        fields.append(text("fragment", _history_value(context, which, "UrlFragment", "fragment")))
    elif site.ignore_query:
        fields.append(text("ignore", ",".join(site.ignore_query)))
    return context.add_variable(
        f"history/{which}_identity",
        context.name("variable", form="history", key=f"{which} identity"),
        template,
        tuple(fields),
    )


def _history_url(context: Context, which: str) -> str:
    return _history_value(context, which, "Url", "url")


def _history_value(context: Context, which: str, suffix: str, word: str) -> str:
    return context.add_variable(
        f"history/{which}_{word}",
        context.name("variable", form="history", key=f"{which} {word}"),
        "v",
        (
            integer("dataLayerVersion", 2),
            boolean("setDefaultValue", False),
            text("name", f"gtm.{which}{suffix}"),
        ),
    )


def new_path(context: Context) -> str:
    """The path of the page that a change of the history shows."""
    return _path(context, "new")


def new_query(context: Context, name: str) -> str:
    """A parameter of the page that a change of the history shows."""
    key = f"new_query.{key_part(name)}"
    parameters = (text("component", "QUERY"), text("queryKey", context.literal(name)))
    return _part(context, key, f"new query {name_part(name)}", "new", parameters)


def _path(context: Context, which: str) -> str:
    return _part(context, f"{which}_path", f"{which} path", which, (text("component", "PATH"),))


def _part(
    context: Context, key: str, words: str, which: str, parameters: tuple[Parameter, ...]
) -> str:
    return context.add_variable(
        f"history/{key}",
        context.name("variable", form="history", key=words),
        "u",
        (*parameters, text("customUrlSource", _history_url(context, which))),
    )
