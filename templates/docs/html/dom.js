"use strict";
// The documentation's data, its words, and elements. What the specification says becomes text
// nodes and attributes that we name; nothing here ever reads a string as markup.

const stored = JSON.parse(document.getElementById("documentation").textContent);
const sharedValues = new Map();
const shared = (place) => {
  if (!sharedValues.has(place)) sharedValues.set(place, whole(stored.shared[place]));
  return sharedValues.get(place);
};
const whole = (value) => {
  if (Array.isArray(value)) return value.map(whole);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$ === "number") return shared(value.$);
  const pairs = value.$$ || Object.entries(value);
  return Object.fromEntries(pairs.map(([key, item]) => [key, whole(item)]));
};
const doc = whole(stored.data);
const list = (value) => value || [];
const byKey = (items) => new Map(list(items).map((item) => [item.key, item]));
const events = byKey(doc.events);
const platforms = byKey(doc.platforms);
const pages = byKey(doc.pages);
const dataKeys = byKey(doc.data);

const say = (key, values) => {
  const text = doc.words[key] === undefined ? key : doc.words[key];
  return values ? text.replace(/\{([a-z_]+)\}/g, (all, name) => (name in values ? values[name] : all)) : text;
};
const label = (key) => say(`label.${key}`);
// A text with the colon that leads to what follows; French has a space before it.
const addColon = (text) => say("ui.colon", { text });
const counted = (key, count) => say(`${key}.${count === 1 ? "one" : "other"}`, { count });

const add = (element, children) => {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
};
const set = (element, properties) => {
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  return element;
};
const h = (tag, properties, ...children) => add(set(document.createElement(tag), properties), children);
const svg = (tag, properties, ...children) =>
  add(set(document.createElementNS("http://www.w3.org/2000/svg", tag), properties), children);

// A sentence: code stands between backticks.
const rich = (text) => {
  const parts = String(text).split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, place) => (place % 2 ? code(part) : part));
};
// An ID or a name is read as one word, so it stays on one line where there is room for it; where
// there is none, a long one in a table breaks behind one of its signs and not within a part.
const LONGEST_WORD = 24;
const LONGEST_PART = 12;
const breakable = (text) => text.split(/(?<=[_./])(?=.)/).map((part, place) => (place ? [h("wbr"), part] : part));
const code = (text) => {
  const word = String(text);
  if (word.length > LONGEST_WORD) return h("code", null, text);
  return h("code", { class: "word" }, word.length > LONGEST_PART ? breakable(word) : text);
};
const between = (items, separator = ", ") => items.flatMap((item, place) => (place ? [separator, item] : [item]));
const route = (...steps) => `#/${steps.map(encodeURIComponent).join("/")}`;
const eventLink = (key) => {
  const event = events.get(key);
  return h("a", { href: route("event", key) }, event ? event.title : key);
};
const linkTo = (kind, known, key) => {
  const found = known.get(key);
  return found ? h("a", { href: route(kind, key) }, found.title || found.key) : key;
};
const outside = (link) =>
  /^https?:\/\//.test(link.url) ? h("a", { href: link.url, rel: "noopener noreferrer", target: "_blank" }, link.title) : link.title;

const badge = (text, kind = "") => h("span", { class: `badge ${kind}` }, text);
const bullets = (items, kind = "") => h("ul", { class: kind }, items.map((item) => h("li", null, item)));
const facts = (pairs) => {
  const rows = pairs.filter(([, value]) => value && value.length !== 0);
  return rows.length ? h("dl", { class: "facts" }, rows.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))) : null;
};
// Roles are written out: on a narrow screen the rows are laid out as blocks, which would take
// the table's meaning away.
const table = (name, headings, rows) =>
  h("table", { role: "table", "aria-label": name },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, headings.map((text) => h("th", { role: "columnheader", scope: "col" }, text)))),
    h("tbody", { role: "rowgroup" }, rows.map((cells) =>
      h("tr", { role: "row" }, cells.map((cell, place) => h("td", { role: "cell", "data-label": headings[place] }, h("div", null, cell)))))));
// JSON as people write it: what fits stays on one line, with blanks at which a line may break.
const inline = (value) => {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`).join(", ")}}`;
};
const WIDTH = 100;
const pretty = (value, indent = "", before = 0) => {
  const line = inline(value);
  const items = value === null || typeof value !== "object" ? [] : Object.entries(value);
  if (!items.length || (indent && indent.length + before + line.length <= WIDTH)) return line;
  const [opening, closing] = Array.isArray(value) ? "[]" : "{}";
  const inner = `${indent}  `;
  const lines = items.map(([key, item]) => {
    const name = Array.isArray(value) ? "" : `${JSON.stringify(key)}: `;
    return `${inner}${name}${pretty(item, inner, name.length)}`;
  });
  return `${opening}\n${lines.join(",\n")}\n${indent}${closing}`;
};
const shown = (value) => (value === undefined ? "" : typeof value === "string" ? value : inline(value));
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const tell = (text) => { document.getElementById("status").textContent = text; };
const copyText = async (text) => {
  if (navigator.clipboard) {
    try { return await navigator.clipboard.writeText(text).then(() => true); } catch { /* the old way */ }
  }
  const area = h("textarea", { class: "hidden", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  let copied = false;
  try { copied = document.execCommand("copy"); } catch { copied = false; }
  area.remove();
  return copied;
};
const codeBlock = (name, text) => {
  const button = h("button", { type: "button", class: "copy", "aria-label": `${addColon(say("ui.copy"))} ${name}` }, say("ui.copy"));
  button.addEventListener("click", async () => {
    const copied = await copyText(text);
    button.textContent = say(copied ? "ui.copied" : "ui.copy_failed");
    tell(button.textContent);
    setTimeout(() => { button.textContent = say("ui.copy"); }, 2000);
  });
  return h("figure", { class: "code" }, h("figcaption", null, h("span", null, name), button),
    h("pre", { tabindex: "0", role: "region", "aria-label": name }, h("code", null, text)));
};

// Ticks and the theme are remembered where the browser lets a file remember anything.
const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const remember = (key, value) => {
  try { if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value); } catch { /* not here */ }
};
