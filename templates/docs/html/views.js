// The pages of the documentation, by the first part of their address.

const heading = (title, lead) => [h("h1", null, title), lead ? h("p", { class: "lead" }, rich(lead)) : null];
const none = () => h("p", { class: "quiet" }, "–");
const links = (keys) => (list(keys).length ? between(list(keys).map(eventLink)) : "–");

const overviewView = () => h("article", null,
  heading(doc.title, list(doc.overview).join(" ")),
  doc.changes ? h("p", { class: "note plain changed" }, h("a", { href: route("changes") }, doc.changes.title), " · ", rich(doc.changes.lead)) : null,
  list(doc.funnel).length ? section("funnel", label("funnel"), h("p", { class: "quiet" }, say("ui.funnel_lead")), funnelView()) : null,
  list(doc.events).length || gaps() ? section("coverage", label("coverage"), list(doc.events).length ? coverageTable() : null, gaps()) : null,
  list(doc.site.facts).length ? section("site", label("site"), bullets(doc.site.facts.map(rich)),
    facts([[label("hosts"), between(list(doc.site.hosts).map(code))], [label("owners"), between(list(doc.owners))]])) : null,
  list(doc.environments).length ? section("environments", label("environments"), environmentTable()) : null);

const CHIPS = 24;
const funnelView = () => h("ol", { class: "funnel" }, list(doc.funnel).map((step, place) => {
  const own = list(step.events);
  const steps = list(doc.funnel).filter((item) => item.key !== "other").length;
  return h("li", null,
    h("div", { class: "step" }, step.key === "other" ? null : funnelShape(place, steps),
      h("div", null, h("strong", null, step.title), h("span", null, counted("ui.count", own.length)))),
    h("div", { class: "members" }, h("p", { class: "quiet" }, step.description),
      h("p", { class: "chips" }, own.slice(0, CHIPS).map(eventLink),
        own.length > CHIPS ? h("a", { href: `#/events?q=${encodeURIComponent(step.title)}` }, `+ ${own.length - CHIPS}`) : null)));
}));

const MOST_ROWS = 200;
const coverageTable = () => {
  const shownRows = doc.coverage.rows.slice(0, MOST_ROWS);
  const names = list(doc.coverage.platforms).map((key) => platforms.get(key).title);
  return [table(label("coverage"), [label("event"), label("owner"), ...names], shownRows.map((row) => [
    eventLink(row.event), events.get(row.event).owner || "–",
    ...list(row.names).map((name, place) => (name ? [code(name), row.missing[place] ? [" ", badge(`${addColon(label("missing"))} ${row.missing[place]}`, "recommended")] : null] : "–")),
  ])), doc.coverage.rows.length > MOST_ROWS ? h("p", null, h("a", { href: route("events") }, counted("ui.count", doc.coverage.rows.length))) : null];
};
const gaps = () => {
  const some = (keys) => (list(keys).length > 40 ? [...keys.slice(0, 40), "…"] : list(keys));
  const unused = (kind, keys) => some(keys).map((key) => [`${kind} `, code(key)]);
  const all = [
    ...unused(label("data_key"), doc.coverage.unused_data), ...unused(label("page"), doc.coverage.unused_pages),
    ...unused(label("trigger"), doc.coverage.unused_triggers),
  ];
  return facts([
    [label("without_owner"), list(doc.coverage.without_owner).length ? between(some(doc.coverage.without_owner).map(eventLink)) : null],
    [label("without_description"), list(doc.coverage.without_description).length ? between(some(doc.coverage.without_description).map(eventLink)) : null],
    [label("without_example"), list(doc.coverage.without_example).length ? between(some(doc.coverage.without_example).map(eventLink)) : null],
    [label("unused"), all.length ? between(all).flat() : null],
  ]);
};
const environmentTable = () => table(label("environments"), [label("environment"), label("container"), label("settings")],
  doc.environments.map((item) => [
    [item.name, item.current ? [" ", badge(label("current"), "accent")] : null], code(item.gtm),
    list(item.settings).length ? bullets(item.settings.map((own) => [code(own.name), ` ${own.value}`])) : "–",
  ]));

// -- events and search ------------------------------------------------------------------

const choice = (name, all, options, chosen) => {
  const select = h("select", { "aria-label": label(name), name }, h("option", { value: "" }, all),
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
  return select;
};
const eventRow = (event) => h("li", null,
  h("a", { href: route("event", event.key) }, h("strong", null, event.title), " ", code(event.key)), changeBadge(event),
  h("p", null, rich(event.description || event.summary)),
  h("p", { class: "badges" }, event.owner ? badge(event.owner) : null, badge(event.step_title),
    list(event.deliveries).map((item) => badge(`${addColon(item.title)} ${item.event}`, "accent"))));

const FIRST = 60;
const resultsOf = (filters) => {
  const found = findEvents(filters);
  const others = findOthers(filters.q || "");
  const items = h("ul", { class: "results" }, found.slice(0, FIRST).map(eventRow));
  const more = found.length > FIRST ? h("button", { type: "button", class: "button" }, `+ ${found.length - FIRST}`) : null;
  if (more) more.addEventListener("click", () => { items.append(...found.slice(FIRST).map(eventRow)); more.remove(); });
  return [
    h("p", { class: "quiet", role: "status", id: "found" }, counted("ui.found", found.length)),
    found.length || others.length ? null : h("p", { class: "note" }, say("ui.nothing")),
    items, more,
    others.length ? [h("h2", null, say("ui.elsewhere")), h("ul", { class: "results small" }, others.map((item) =>
      h("li", null, h("a", { href: item.href }, h("strong", null, item.title)), " ", badge(item.kind))))] : null,
  ];
};
const eventsView = (filters) => {
  const results = h("div", null, resultsOf(filters));
  const form = h("form", { class: "filters", "aria-label": say("ui.filters") },
    choice("platform", say("ui.all_platforms"), list(doc.platforms).map((item) => [item.key, item.title]), filters.platform),
    choice("owner", say("ui.all_owners"), list(doc.owners).map((item) => [item, item]), filters.owner),
    choice("page", say("ui.all_pages"), list(doc.pages).map((item) => [item.key, item.title]), filters.page),
    h("button", { type: "reset", class: "button" }, say("ui.clear")));
  form.addEventListener("submit", (happening) => happening.preventDefault());
  form.addEventListener("change", () => filterBy(Object.fromEntries(new FormData(form))));
  form.addEventListener("reset", (happening) => { happening.preventDefault(); filterBy({ platform: "", owner: "", page: "", q: "" }); });
  return h("article", null, heading(label("events"), say("ui.lead_events")), form, results);
};

// -- platforms, pages, data -------------------------------------------------------------

const cardList = (kind, items, body) => h("div", { class: "cards" }, list(items).map((item) =>
  h("section", { class: "card" }, h("h2", null, h("a", { href: route(kind, item.key) }, item.title || item.key)), body(item))));

const platformsView = () => h("article", null, heading(label("platforms"), say("ui.lead_platforms")),
  cardList("platform", doc.platforms, (item) => [h("p", null, counted("ui.count", list(item.events).length)), h("p", null, rich(item.consent_text))]));
const platformView = (item) => h("article", null, heading(item.title),
  section("settings", label("settings"),
    table(label("settings"), [label("setting"), label("value"), label("description")],
      list(item.settings).map((own) => [code(own.name), code(own.value), own.description || "–"])),
    facts([
      [label("consent"), rich(item.consent_text)],
      [label("identify"), list(item.identify).length ? bullets(item.identify.map(([name, keys]) => [code(name), " ← ", keys.length > 1 ? `${addColon(say("ui.first_of"))} ` : null, between(keys.map((key) => h("a", { href: route("data", key) }, key)))])) : null],
      [label("verified"), item.verified], [label("links"), between(list(item.links).map(outside))],
    ]),
    list(item.facts).length ? [h("h3", null, label("what")), bullets(item.facts.map(rich))] : null,
    list(item.notes).length ? [h("h3", null, label("notes")), bullets(item.notes.map(rich))] : null,
    list(item.deduplication).length ? [h("h3", null, label("deduplication")), bullets(item.deduplication.map(rich))] : null),
  section("events", label("events"), table(label("events"), [label("event"), say("ui.sent_as"), label("owner")], [
    ...list(item.tags).map((tag) => [tag.name, tag.event ? code(tag.event) : "–", say("ui.built_in")]),
    ...list(item.events).map(([key, name]) => [eventLink(key), code(name), events.get(key).owner || "–"])])));

const carded = (content) => h("section", { class: "card" }, content);
const pagesView = () => h("article", null, heading(label("pages"), say("ui.lead_pages")), list(doc.pages).length
  ? carded(table(label("pages"), [label("page"), label("path"), label("events")], doc.pages.map((item) => [
    h("a", { href: route("page", item.key) }, item.title), between(list(item.paths || item.hosts).map(code)), links(item.events)]))) : none());
const pageView = (item) => h("article", null, heading(item.title, item.description), section("page", label("page"), facts([
  [label("path"), between(list(item.paths).map(code))], [label("hosts"), between(list(item.hosts).map(code))],
  [label("query"), list(item.query).length ? bullets(item.query.map(rich)) : null], [label("example"), code(item.example)],
  [label("events"), links(item.events)], [label("triggers"), list(item.triggers).length ? between(item.triggers.map(code)) : null]]),
  list(item.facts).length ? bullets(item.facts.map(rich)) : null));

const dataView = () => h("article", null, heading(label("data"), say("ui.lead_data")), list(doc.data).length
  ? carded(table(label("data"), [label("data_key"), label("source"), label("type"), label("example"), label("used_in")], doc.data.map((item) => [
    [h("a", { href: route("data", item.key) }, item.key), item.pii ? [" ", badge(label("personal"), "recommended")] : null],
    rich(item.source), item.type, code(short(shown(item.example), 60)), usedBy(item)]))) : none());
const usedBy = (item) => {
  if (list(item.events).length) return counted("ui.count", item.events.length).replace(/ /g, "\u00a0");
  return list(item.platforms).length ? between(item.platforms.map((key) => linkTo("platform", platforms, key))) : "–";
};
const yesNo = (value) => label(value ? "yes" : "no");
const dataItemView = (item) => h("article", { class: "item" }, heading(item.key, item.description), section("data", label("data_key"), facts([
  [label("source"), rich(item.source)], [label("variable"), code(item.variable)], [label("type"), item.type],
  [label("required"), yesNo(item.required)], [label("personal"), label(item.pii ? "yes" : "not_marked")], [label("default"), item.default ? code(item.default) : null],
  [label("lifetime"), item.lifetime], [label("platforms"), between(list(item.platforms).map((key) => linkTo("platform", platforms, key)))]]),
  list(item.facts).length ? bullets(item.facts.map(rich)) : null,
  codeBlock(label("example"), typeof item.example === "string" ? item.example : pretty(item.example)),
  list(item.uses).length ? table(label("used_in"), [label("event"), label("platform"), label("parameter")],
    item.uses.map((use) => [eventLink(use.event), platforms.get(use.platform).title, code(use.param)]))
    : facts([[label("used_in"), list(item.events).length ? links(item.events) : null]])));

const privacyView = () => {
  const rows = list(doc.privacy.rows);
  const unsent = list(doc.privacy.unsent);
  const nothing = doc.privacy.has_raw_tags ? "privacy.unmarked" : "privacy.nothing";
  return h("article", null, heading(label("privacy"), say(rows.length ? "privacy.lead" : nothing)),
    rows.length ? carded(table(label("privacy"), [label("data_key"), label("platform"), say("privacy.sent_as"), say("privacy.form"), label("consent"), label("events")],
      rows.map((row) => [h("a", { href: route("data", row.data) }, row.data), row.platform ? linkTo("platform", platforms, row.platform) : code(row.receiver), code(row.sent_as),
        rich(row.form), rich(row.consent_text), list(row.events).length ? links(row.events) : say("privacy.every_event")]))) : null,
    unsent.length ? facts([[say("privacy.unsent"), between(unsent.map((key) => h("a", { href: route("data", key) }, key)))]]) : null,
    h("p", { class: "quiet" }, say("privacy.not_listed")),
    doc.privacy.has_raw_tags ? h("p", { class: "quiet" }, say("privacy.raw_tags")) : null);
};

const triggersView = () => h("article", null, heading(label("triggers")), list(doc.triggers).length ? list(doc.triggers).map((item) =>
  section(item.key, code(item.key), item.description ? h("p", null, rich(item.description)) : null, h("p", null, rich(item.sentence)), facts([
    [label("conditions"), list(item.conditions).length ? bullets(item.conditions.map(rich)) : null],
    [label("exceptions"), list(item.exceptions).length ? between(item.exceptions.map(code)) : null],
    [label("name"), between(list(item.names).map(code))], [label("events"), list(item.events).length ? links(item.events) : null]]),
  list(item.facts).length ? bullets(item.facts.map(rich)) : null)) : none());

// -- what developers, the backend and testers read: drawn when it is opened -------------

const folded = (event, body, open) => {
  const holder = h("details", { class: "card fold", "data-event": event.key }, h("summary", null, h("strong", null, event.title), " ", code(event.key)));
  const draw = () => { if (holder.childElementCount === 1) add(holder, [h("div", null, body(event))]); };
  if (open) { draw(); holder.open = true; }
  holder.addEventListener("toggle", draw);
  holder.addEventListener("draw", draw);
  return holder;
};
const perEvent = (title, lead, wanted, body) => {
  const found = list(doc.events).filter(wanted);
  return h("article", null, heading(title, lead), found.length ? found.map((event) => folded(event, body, found.length <= 8)) : none());
};
const developersView = () => {
  const view = perEvent(label("developers"), say("ui.lead_developers"), (event) => event.message, messageBlocks);
  // What belongs to no event comes before them: events take it along.
  if (doc.visitor) view.querySelector(".lead").after(section("visitor", label("identify"), messageOf(doc.visitor, label("identify"))));
  return view;
};
const backendView = () => {
  const view = perEvent(label("server"), say("ui.lead_backend"), (event) => list(event.deliveries).some((item) => item.server), serverBlocks);
  const lead = view.querySelector(".lead");
  // What holds for all events comes before them.
  lead.after(...list(doc.backends).flatMap((backend) => list(backend.chapters).map((chapter, place) =>
    section(`${backend.platform}-${place}`, doc.backends.length > 1 ? `${addColon(backend.title)} ${chapter.title}` : chapter.title,
      bullets(list(chapter.sentences).map(rich)),
      list(chapter.rows).length ? table(chapter.title, list(chapter.head), chapter.rows.map((row) => row.map(rich))) : null,
      chapter.code ? codeBlock(chapter.title, chapter.code) : null))));
  return view;
};
const checklistView = () => {
  const view = perEvent(label("checklist"), say("ui.lead_checklist"), () => true, checkBlocks);
  const reset = h("button", { type: "button", class: "button" }, say("ui.reset"));
  reset.addEventListener("click", () => {
    for (const event of list(doc.events)) {
      checks(event).forEach(([title, items]) => items.forEach((text) => remember(checkKey(event, title, text), null)));
    }
    draw();
  });
  view.querySelector(".lead").after(h("p", { class: "actions" }, reset));
  return view;
};
const GRAVE = new Set(["deduplication", "loss", "privacy", "account"]);
const changesView = () => h("article", null, heading(doc.changes.title, doc.changes.lead), list(doc.changes.groups).map((group) =>
  section(group.kind, group.title, group.parts.map((part) => h("div", { class: "firing" },
    h("h3", null, changedLink(group.kind, part), " ", part.title === part.key ? null : code(part.key)),
    h("ul", { class: "changes" }, part.items.map((item) => h("li", null, badge(doc.changes.sorts[item.sort], item.sort), " ", item.effect ? [badge(item.effect, GRAVE.has(item.severity) ? "gone" : ""), " "] : null, h("span", null, rich(item.text)),
      item.risk ? h("strong", null, " ", rich(item.risk)) : null,
      item.who ? h("span", { class: "quiet" }, ` ${item.who}`) : null))))))));
const changedLink = (kind, part) => {
  const known = Object.hasOwn(ITEMS, kind) && ITEMS[kind][0].has(part.key);
  return known ? h("a", { href: route(kind, part.key) }, part.title) : part.title;
};
const glossaryView = () => h("article", null, heading(label("glossary"), say("ui.lead_glossary")),
  h("dl", { class: "glossary" }, list(doc.glossary).map((item) => h("div", null, h("dt", null, item.term), h("dd", null, item.meaning)))));
// An ID that is the view's own address: in a printed PDF, every link leads to its page.
const placed = (address, view) => set(view, { id: address.slice(1) });
const partsOf = (name, text, kind, items, view) => ({
  text, address: `#/${name}`,
  items: list(items).map((item) => [route(kind, item.key), item.title || item.key, () => view(item)]),
});
const wholeContents = () => [
  ...(doc.changes ? [{ text: doc.changes.title, address: route("changes"), view: changesView }] : []),
  partsOf("events", label("events"), "event", list(doc.funnel).flatMap((step) => list(step.events).map((key) => events.get(key))), eventView),
  partsOf("platforms", label("platforms"), "platform", doc.platforms, platformView),
  { text: label("privacy"), address: route("privacy"), view: privacyView },
  { text: label("pages"), address: route("pages"), view: pagesView },
  { ...partsOf("data", label("data"), "data", doc.data, dataItemView), view: dataView, small: true },
  ...(list(doc.triggers).length ? [{ text: label("triggers"), address: route("triggers"), view: triggersView }] : []),
  { text: label("glossary"), address: route("glossary"), view: glossaryView },
];
const contentsView = (parts) => h("nav", { class: "contents", "aria-label": say("ui.contents") }, h("h2", null, say("ui.contents")),
  h("ul", null, parts.map((part) => h("li", null, part.view ? h("a", { href: part.address }, part.text) : part.text,
    list(part.items).length ? h("ul", null, part.items.map(([address, text]) => h("li", null, h("a", { href: address }, text)))) : null))));
const everythingView = () => {
  const parts = wholeContents();
  const overview = overviewView();
  (overview.querySelector("h1 + .lead") || overview.querySelector("h1")).after(contentsView(parts));
  return h("div", { class: "everything" }, overview, parts.map((part) => {
    const items = list(part.items).map(([address, , view]) => placed(address, view()));
    return [part.view ? placed(part.address, part.view()) : null, part.small ? h("div", { class: "items" }, items) : items];
  }));
};
