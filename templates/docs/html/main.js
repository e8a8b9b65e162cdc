// Addresses, navigation, the search field, the theme and printing.

const VIEWS = {
  "": overviewView, events: null, platforms: platformsView, pages: pagesView, data: dataView, privacy: privacyView, triggers: triggersView,
  developers: developersView, backend: backendView, checklist: checklistView, glossary: glossaryView, all: everythingView,
  ...(doc.changes ? { changes: changesView } : {}),
};
const ITEMS = { event: [events, eventView], platform: [platforms, platformView], page: [pages, pageView], data: [dataKeys, dataItemView] };
const SECTIONS = [
  ["", "overview"], ["events", "events"], ["platforms", "platforms"], ["pages", "pages"], ["data", "data"], ["privacy", "privacy"], ["triggers", "triggers"],
  ["developers", "developers"], ["backend", "server"], ["checklist", "checklist"], ["glossary", "glossary"],
];
if (doc.changes) SECTIONS.splice(1, 0, ["changes", null]);
const field = document.getElementById("query");
const holder = document.getElementById("view");
const side = document.getElementById("side");

const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
const here = () => {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { steps: path.split("/").map(decoded), filters: Object.fromEntries(new URLSearchParams(query)) };
};
const viewOf = ({ steps: [kind, key], filters }) => {
  if (key !== undefined && Object.hasOwn(ITEMS, kind)) {
    const [known, view] = ITEMS[kind];
    if (known.has(key)) return view(known.get(key));
  } else if (kind === "events") return eventsView(filters);
  else if (Object.hasOwn(VIEWS, kind)) return VIEWS[kind]();
  return h("article", null, h("h1", null, say("ui.not_found")), h("p", null, h("a", { href: "#/" }, label("overview"))));
};

const filterBy = (changed) => {
  const filters = { ...here().filters, ...changed };
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value)).toString();
  const address = `#/events${query ? `?${query}` : ""}`;
  if (here().steps[0] === "events") history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  draw();
};

let drawn = null;
const draw = () => {
  const place = here();
  const same = drawn === place.steps.slice(0, 2).join("/");
  // While somebody types or chooses, the form stays and only what was found changes.
  if (same && place.steps[0] === "events") holder.querySelector("form + div").replaceChildren(...add(h("div"), resultsOf(place.filters)).childNodes);
  else if (!same || !place.steps[2]) holder.replaceChildren(viewOf(place));
  for (const select of holder.querySelectorAll(".filters select")) select.value = place.filters[select.name] || "";
  if (document.activeElement !== field) field.value = place.steps[0] === "events" ? place.filters.q || "" : "";
  const title = holder.querySelector("h1");
  document.title = place.steps[0] && title ? `${title.textContent} – ${doc.title}` : doc.title;
  drawn = place.steps.slice(0, 2).join("/");
  mark(place.steps);
  return same;
};
const go = () => {
  if (location.hash === "#main") { document.getElementById("main").focus(); return; }
  const first = drawn === null;
  const same = draw();
  const part = here().steps[2];
  const target = part && [...holder.querySelectorAll("[data-section]")].find((item) => item.dataset.section === part);
  if (target) target.scrollIntoView({ behavior: first ? "instant" : "auto" });
  else if (!same) scrollTo(0, 0);
  document.body.classList.remove("open");
  if (!first && !same) document.getElementById("main").focus({ preventScroll: true });
};

const sideLink = (address, text) => h("li", null, h("a", { href: address }, text));
const drawSide = () => {
  add(side, [h("ul", null, SECTIONS.filter(([name]) => name !== "triggers" || list(doc.triggers).length).map(([name, text]) => sideLink(`#/${name}`, text ? label(text) : doc.changes.title))),
    list(doc.funnel).map((step) => h("details", { "data-step": step.key, open: list(doc.events).length <= 40 }, h("summary", null, `${step.title} (${step.events.length})`),
      h("ul", null, step.events.map((key) => sideLink(route("event", key), events.get(key).title))))),
    h("p", { class: "actions" }, h("a", { href: "#/all" }, say("ui.everything")),
      h("button", { type: "button", class: "button", onclick: () => print() }, say("ui.print")))]);
};
const mark = ([kind, key]) => {
  const address = key === undefined ? `#/${kind}` : route(kind, key);
  for (const link of side.querySelectorAll("a[aria-current]")) link.removeAttribute("aria-current");
  const link = [...side.querySelectorAll("a")].find((item) => item.getAttribute("href") === address);
  if (!link) return;
  link.setAttribute("aria-current", "page");
  const group = link.closest("details");
  if (group) group.open = true;
};

const setTheme = (name) => { document.documentElement.dataset.theme = name; };
const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
document.getElementById("theme").addEventListener("click", () => {
  setTheme(isDark() ? "light" : "dark");
  remember("gtmgen/theme", document.documentElement.dataset.theme);
  tell(say(isDark() ? "ui.dark" : "ui.light"));
});
if (["dark", "light"].includes(remembered("gtmgen/theme"))) setTheme(remembered("gtmgen/theme"));

const menu = document.getElementById("menu");
menu.addEventListener("click", () => menu.setAttribute("aria-expanded", String(document.body.classList.toggle("open"))));
addEventListener("hashchange", () => { menu.setAttribute("aria-expanded", "false"); go(); });
addEventListener("popstate", go);
field.addEventListener("input", () => filterBy({ q: field.value }));
document.getElementById("search").addEventListener("submit", (happening) => {
  happening.preventDefault();
  const first = holder.querySelector(".results a");
  if (first && field.value) location.hash = first.getAttribute("href");
});
addEventListener("keydown", (happening) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (happening.key === "/" && !typing && !happening.ctrlKey && !happening.metaKey) { happening.preventDefault(); field.focus(); }
  if (happening.key === "Escape" && document.body.classList.contains("open")) menu.click();
});
// On paper nothing can be opened; a JSON Schema is for machines.
addEventListener("beforeprint", () => {
  for (const item of document.querySelectorAll("main details:not(.schema)")) { item.dispatchEvent(new Event("draw")); item.open = true; }
});

history.scrollRestoration = "manual";
if (matchMedia("(max-width: 640px)").matches) field.placeholder = say("ui.search");
drawSide();
go();
