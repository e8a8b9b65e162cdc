// Full text: every word of the query must occur; names count more than prose.

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const words = (query) => fold(query).split(/\s+/).filter(Boolean);

const eventIndex = list(doc.events).map((event) => {
  const sent = list(event.deliveries);
  const names = [event.key, event.title, ...sent.map((item) => item.event)];
  const params = sent.flatMap((item) => list(item.params).flatMap((param) => [param.name, param.canonical, param.variable, param.data]));
  const rest = [event.description, event.owner, event.purpose, event.step_title, event.summary, (event.event_id || {}).source,
    ...list(event.conditions), ...list(event.data), ...sent.flatMap((item) => [item.title, ...list(item.tags), ...list(item.triggers)]),
    ...list(event.pages).flatMap((key) => [key, (pages.get(key) || {}).title])];
  const clean = (items) => fold([...new Set(items.filter(Boolean))].join("\n"));
  const strong = clean(names);
  return { event, names: strong.split("\n"), strong, text: `${strong}\n${clean(params)}\n${clean(rest)}` };
});

const entry = (title, href, kind, texts) => ({ title, href, kind, text: fold([title, ...texts].filter(Boolean).join("\n")) });
const otherIndex = [
  ...list(doc.platforms).map((item) => entry(item.title, route("platform", item.key), label("platform"), [item.key])),
  ...list(doc.pages).map((item) => entry(item.title, route("page", item.key), label("page"), [item.key, item.description, ...list(item.paths)])),
  ...list(doc.data).map((item) => entry(item.key, route("data", item.key), label("data_key"),
    [item.source, item.variable, item.description, ...list(item.uses).map((use) => use.param)])),
  ...list(doc.triggers).map((item) => entry(item.key, route("triggers"), label("trigger"), [item.sentence, item.description, ...list(item.names)])),
  ...list(doc.glossary).map((item) => entry(item.term, route("glossary"), label("glossary"), [item.meaning])),
];

const weight = (item, wanted) => {
  if (item.names.some((name) => name === wanted)) return 3;
  if (item.names.some((name) => name.startsWith(wanted))) return 2;
  return item.strong.includes(wanted) ? 1 : 0;
};
const findEvents = ({ q = "", platform = "", owner = "", page = "" }) => {
  const wanted = words(q);
  const found = eventIndex.filter(({ event, text }) =>
    wanted.every((word) => text.includes(word)) &&
    (!platform || list(event.deliveries).some((item) => item.platform === platform)) &&
    (!owner || event.owner === owner) && (!page || list(event.pages).includes(page)));
  if (!wanted.length) return found.map((item) => item.event);
  const whole = wanted.join(" ");
  return found.map((item) => [weight(item, whole), item.event]).sort((one, other) => other[0] - one[0]).map((pair) => pair[1]);
};
const findOthers = (q) => {
  const wanted = words(q);
  return wanted.length ? otherIndex.filter((item) => wanted.every((word) => item.text.includes(word))).slice(0, 12) : [];
};
