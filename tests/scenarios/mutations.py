"""Changes of a compiled container, to show that a scenario fails without what it proves.

A rule takes a container version and yields changes: what it is about, the place (kind and index),
and the fields that change there.
"""

import copy


def parameters(value):
    """All parameters of an entity, however deep."""
    if isinstance(value, dict):
        if "key" in value or "value" in value:
            yield value
        for inner in value.values():
            yield from parameters(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parameters(inner)


def texts(entity):
    return [str(one.get("value")) for one in parameters(entity)]


def is_negated(condition):
    return any(one.get("key") == "negate" for one in condition["parameter"])


def without_conditions(chosen):
    """A trigger without the conditions that are chosen."""

    def mutations(version):
        for place, trigger in enumerate(version["trigger"]):
            kept = [one for one in trigger.get("filter", ()) if not chosen(trigger, one)]
            if len(kept) < len(trigger.get("filter", ())):
                yield trigger["name"], ("trigger", place), {"filter": kept}

    return mutations


def tag_field(name, value):
    def mutations(version):
        for place, tag in enumerate(version["tag"]):
            if tag.get(name):
                yield tag["name"], ("tag", place), {name: value}

    return mutations


def without_a_firing_trigger(version):
    # One that only tells the gate of a page that was left has its say on whichever tag it is.
    telling = {one["triggerId"] for one in version["trigger"] if is_about_page_left(one)}
    for place, tag in enumerate(version["tag"]):
        for one in tag["firingTriggerId"]:
            if one in telling:
                continue
            left = [other for other in tag["firingTriggerId"] if other != one]
            name = f"{tag['name']} without {one}"
            # The Google tag sends nothing by itself here; its trigger is another rule's.
            if tag["type"] != "googtag":
                yield name, ("tag", place), {"firingTriggerId": left}


def is_about_page_left(trigger):
    return trigger["name"] == "consent - page left"


def other_value(kind, chosen, value):
    """Every parameter that is chosen, with another value."""

    def mutations(version):
        for place, entity in enumerate(version[kind]):
            changed = copy.deepcopy(entity.get("parameter", []))
            targets = [one for one in parameters(changed) if chosen(entity, one)]
            for one in targets:
                one["value"] = value
            if targets:
                yield entity["name"], (kind, place), {"parameter": changed}

    return mutations


def without_tag(name):
    """A tag that never fires, as if it were not there."""

    def mutations(version):
        for place, tag in enumerate(version["tag"]):
            if tag["name"] == name:
                yield name, ("tag", place), {"firingTriggerId": []}

    return mutations


def without_trigger(chosen):
    """No tag fires on the triggers that are chosen."""

    def mutations(version):
        ids = {one["triggerId"] for one in version["trigger"] if chosen(one)}
        for place, tag in enumerate(version["tag"]):
            left = [one for one in tag["firingTriggerId"] if one not in ids]
            if len(left) < len(tag["firingTriggerId"]):
                yield tag["name"], ("tag", place), {"firingTriggerId": left}

    return mutations


def template_code(template, mended, plain):
    """A template without a piece of its code, or with another one."""

    def mutations(version):
        for place, one in enumerate(version["customTemplate"]):
            if one["name"].startswith(template):
                assert mended in one["templateData"], (template, mended)
                text = one["templateData"].replace(mended, plain)
                yield one["name"], ("customTemplate", place), {"templateData": text}

    return mutations


def mutate_everywhere(export, *rules):
    """A container with a rule broken wherever it stands."""
    mutant = copy.deepcopy(export)
    for rule in rules:
        changes = list(rule(mutant["containerVersion"]))
        assert changes
        for _, (kind, place), change in changes:
            mutant["containerVersion"][kind][place].update(change)
    return mutant
