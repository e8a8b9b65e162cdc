// One event: what it is, when it fires, what each platform receives, and how to check it.

const section = (id, title, ...children) => h("section", { class: "card", "data-section": id }, h("h2", null, title), children);

const whenSection = (event) => section("when", label("when"),
  list(event.firings).map((firing) => h("div", { class: "firing" },
    h("p", { class: "strong" }, rich(firing.sentence)),
    list(firing.conditions).length ? bullets(firing.conditions.map(rich)) : null)),
  facts([
    [label("pages"), between(list(event.pages).map((key) => linkTo("page", pages, key)))],
    [label("conditions"), list(event.conditions).length ? bullets(event.conditions.map(rich)) : null],
    [label("exceptions"), list(event.exceptions).length ? bullets(event.exceptions.map(rich)) : null],
    [label("tag"), list(event.own_tags).length ? between(event.own_tags.map((tag) => code(tag.name))) : null],
  ]),
  list(event.facts).length ? bullets(event.facts.map(rich)) : null);

const variableOf = (param) => {
  const name = param.variable ? code(param.variable) : "–";
  return param.data ? h("a", { href: route("data", param.data) }, param.variable ? name : param.data) : name;
};
const paramTable = (sent) => table(`${addColon(label("parameters"))} ${sent.title}`,
  [label("parameter"), label("status"), label("type"), label("source"), label("variable"), label("example")],
  list(sent.params).map((param) => [
    [code(param.name), param.canonical !== param.name ? h("span", { class: "quiet" }, ` ${param.canonical}`) : null],
    badge(label(param.status), param.status), param.type,
    rich(param.source), variableOf(param), code(short(shown(param.example), 90)),
  ]));

const missingList = (sent) => list(sent.missing).length
  ? h("div", { class: "note" }, h("p", { class: "strong" }, say("ui.to_complete")), bullets(sent.missing.map((item) => rich(item.hint)))) : null;

const platformSection = (sent) => section(sent.platform,
  [`${addColon(sent.title)} `, code(sent.event)],
  h("p", { class: "badges" }, badge(label(sent.standard ? "standard_event" : "custom_event")), sent.paused ? badge(label("paused"), "recommended") : null),
  sent.description ? h("p", null, sent.description) : null,
  facts([
    [label("tags"), between(list(sent.tags).map(code))],
    [label("triggers"), between(list(sent.triggers).map(code))],
    [label("blocking"), between(list(sent.blocking).map(code))],
    [label("conditions"), list(sent.conditions).length ? bullets(sent.conditions.map(rich)) : null],
    [label("consent"), rich(sent.consent_text)],
    [label("when"), sent.once_text],
    [label("priority"), sent.priority === undefined ? null : String(sent.priority)],
    [label("links"), between(list(sent.links).map(outside))],
  ]),
  list(sent.params).length ? paramTable(sent) : null, missingList(sent));

const tagSections = (event) => list(event.own_tags).filter((tag) => list(tag.values).length).map((tag, place) => section(
  `tag-${place + 1}`, [`${addColon(label("tag"))} `, code(tag.name)],
  table(`${addColon(label("parameters"))} ${tag.name}`, [label("parameter"), label("value"), label("data_key"), label("path")],
    tag.values.map((value) => [
      code(value.name), value.value ? code(short(value.value, 90)) : "–",
      between(list(value.data).map((key) => h("a", { href: route("data", key) }, key))),
      between(list(value.paths).map(code)),
    ]))));

const idSection = (event) => {
  const own = event.event_id;
  return section("event_id", label("event_id"),
    list(own.steps).length > 1 ? h("p", { class: "quiet" }, addColon(say("ui.first_of"))) : null,
    h(list(own.steps).length > 1 ? "ol" : "ul", null, list(own.steps).map((step) => h("li", null, rich(step)))),
    h("p", { class: own.shared ? "note good" : own.at_risk ? "note" : "note plain" }, rich(own.agreement)));
};

const messageOf = (message, name) => [
  codeBlock(`${addColon(label("message"))} ${name}`, message.code),
  list(message.notes).length ? bullets(message.notes.map(rich)) : null,
  h("details", { class: "schema" }, h("summary", null, label("json_schema")),
    codeBlock(`${addColon(label("json_schema"))} ${name}`, pretty(message.schema)))];
const messageBlocks = (event) => event.message ? messageOf(event.message, event.key) : h("p", null, say("ui.no_message"));

const serverBlocks = (event) => {
  const sent = list(event.deliveries).filter((item) => item.server);
  if (!sent.length) return h("p", null, rich(!event.event_id || event.event_id.shared ? say("ui.no_server") : event.event_id.agreement));
  return sent.map((item) => [
    h("h3", null, `${addColon(item.title)} ${item.server.title}`),
    h("p", { class: "endpoint" }, badge(item.server.method), " ", code(item.server.url)),
    codeBlock(`${addColon(label("headers"))} ${item.title}`, list(item.server.headers).map(([name, value]) => `${name}: ${value}`).join("\n")),
    codeBlock(`${addColon(label("payload"))} ${item.event}`, pretty(item.server.payload)),
    list(item.server.notes).length ? bullets(item.server.notes.map(rich)) : null,
    list(item.deduplication).length ? h("div", { class: "told" }, h("h3", null, label("deduplication")), bullets(item.deduplication.map(rich))) : null,
  ]);
};

const checks = (event) => [
  [say("ui.general"), list(event.checklist)],
  ...list(event.deliveries).filter((item) => list(item.checklist).length).map((item) => [say("ui.by_platform", { platform: item.title }), item.checklist]),
];
// By what is to be seen, not by its place: a new check takes no tick over.
const checkKey = (event, title, text) => `gtmgen/${doc.project}/${event.key}/${title}/${text}`;
const checkBlocks = (event) => {
  const boxes = [];
  const done = h("p", { class: "quiet", role: "status" });
  const update = () => { done.textContent = say("ui.done", { done: boxes.filter((item) => item.checked).length, all: boxes.length }); };
  const groups = checks(event).map(([title, items]) => h("div", { class: "group" },
    h("h3", null, title),
    h("ul", { class: "checks" }, items.map((text) => {
      const key = checkKey(event, title, text);
      const input = h("input", { type: "checkbox" });
      input.checked = remembered(key) === "1";
      input.addEventListener("change", () => { remember(key, input.checked ? "1" : null); update(); });
      boxes.push(input);
      return h("li", null, h("label", null, input, h("span", null, rich(text))));
    }))));
  update();
  return [done, groups];
};

const changeBadge = (event) => {
  const sort = doc.changes && new Map(Object.entries(doc.changes.events)).get(event.key);
  return sort ? [" ", h("a", { href: route("changes"), class: `badge ${sort}` }, doc.changes.sorts[sort])] : null;
};
const eventHeader = (event) => [
  h("p", { class: "crumbs" }, h("a", { href: route("events") }, label("events")), " / ", event.step_title),
  h("h1", null, event.title),
  h("p", { class: "badges" }, code(event.key), event.owner ? badge(`${addColon(label("owner"))} ${event.owner}`) : null,
    list(event.deliveries).map((item) => badge(`${addColon(item.title)} ${item.event}`, "accent")), changeBadge(event)),
  event.description ? h("p", { class: "lead" }, rich(event.description)) : null,
  h("p", null, rich(event.summary)),
  event.purpose ? h("p", null, h("strong", null, `${addColon(label("purpose"))} `), rich(event.purpose)) : null,
  event.last_change ? h("p", { class: "quiet" }, `${addColon(label("last_change"))} ${event.last_change}`) : null,
];

const eventSections = (event) => [
  whenSection(event), list(event.deliveries).map(platformSection), tagSections(event),
  event.event_id ? idSection(event) : [],
  section("developers", label("developers"), messageBlocks(event)),
  section("backend", label("server"), serverBlocks(event)),
  section("checklist", label("checklist"), checkBlocks(event)),
];

const eventView = (event) => {
  const sections = eventSections(event).flat();
  const jumps = h("nav", { class: "jumps", "aria-label": event.title }, sections.map((item) =>
    h("a", { href: route("event", event.key, item.dataset.section) }, item.querySelector("h2").textContent)));
  return h("article", { class: "event" }, eventHeader(event), picture(event), jumps, sections);
};
