// The way of an event: page, trigger, tags, platforms. Drawn from left to right, or from top to
// bottom where there is no room.

const pictureColumns = (event) => {
  const sent = list(event.deliveries);
  const places = list(event.pages).map((key) => (pages.get(key) || {}).title || key);
  const triggers = [...new Set(sent.flatMap((item) => list(item.triggers)))];
  const own = list(event.own_tags).map((tag) => tag.name);
  // A trigger that is built into GTM has no name there but what it waits for.
  const named = list(event.firings).flatMap((item) => (list(item.names).length ? item.names : [item.sentence.replaceAll("`", "")]));
  const first = [...new Set([...triggers, ...(own.length || !triggers.length ? named : [])])];
  const node = (text, from) => ({ text, from });
  const tags = [...sent.flatMap((item) => list(item.tags).map((name) => node(name, list(item.triggers)))), ...own.map((name) => node(name, named))];
  const ends = sent.map((item) => node(`${item.title}: ${item.event}`, list(item.tags)));
  return [
    places.length || !doc.is_server ? [label("page"), (places.length ? places : [say("ui.any_page")]).map((text) => node(text))]
      : [label("hit"), [node(say("ui.any_hit"))]],
    [label("trigger"), first.map((text) => node(text))],
    [label("tag"), tags.length ? tags : [node("–")]],
    [label("platform"), ends],
  ].map(([title, items], at) => ({ title, kind: KINDS[at], items: items.length > 4 ? [...items.slice(0, 3), node(`+ ${items.length - 3}`)] : items })).filter((column) => column.items.length);
};

const picture = (event) => {
  const columns = pictureColumns(event);
  const spoken = say("ui.picture", { path: columns.map((column) => `${column.title}: ${column.items.map((item) => item.text).join(", ")}`).join(" → ") });
  const holder = h("div", { class: "picture" });
  for (const [kind, draw] of [["wide", drawAcross], ["narrow", drawDown]]) {
    holder.append(draw(columns, { class: kind, role: "img", "aria-label": spoken }));
  }
  return holder;
};

const BOX = { width: 214, height: 38, gap: 12 };
const box = (x, y, width, text, kind) => svg("g", { class: `box ${kind}` }, svg("title", null, text),
  svg("rect", { x, y, width, height: BOX.height, rx: 9 }),
  svg("text", { x: x + width / 2, y: y + BOX.height / 2, "text-anchor": "middle", "dominant-baseline": "central" },
    short(text, Math.floor(width / 7.6))));
const KINDS = ["page-box", "trigger-box", "tag-box", "platform-box"];

const drawAcross = (columns, properties) => {
  const step = BOX.width + 48;
  const most = Math.max(...columns.map((column) => column.items.length));
  const space = most * (BOX.height + BOX.gap) - BOX.gap;
  const drawing = svg("svg", { ...properties, viewBox: `-1 0 ${step * columns.length - 46} ${space + 30}` });
  const middle = (column, place) => {
    const all = column.items.length * (BOX.height + BOX.gap) - BOX.gap;
    return 28 + (space - all) / 2 + place * (BOX.height + BOX.gap) + BOX.height / 2;
  };
  columns.forEach((column, at) => {
    const next = columns[at + 1];
    const x = at * step;
    drawing.append(svg("text", { x: x + BOX.width / 2, y: 14, "text-anchor": "middle", class: "heading" }, column.title));
    for (const [one, other] of next ? pairs(column, next) : []) {
      const [y1, y2] = [middle(column, one), middle(next, other)];
      const [x1, x2] = [x + BOX.width, x + step - 1];
      drawing.append(svg("path", { class: "way", d: `M${x1} ${y1}C${x1 + 24} ${y1} ${x2 - 28} ${y2} ${x2 - 6} ${y2}` }),
        svg("path", { class: "tip", d: `M${x2} ${y2}l-7 -4v8z` }));
    }
    column.items.forEach((item, place) => drawing.append(box(x, middle(column, place) - BOX.height / 2, BOX.width, item.text, column.kind)));
  });
  return drawing;
};

const drawDown = (columns, properties) => {
  const width = 320;
  const drawing = svg("svg", properties);
  let y = 0;
  columns.forEach((column, at) => {
    drawing.append(svg("text", { x: width / 2, y: y + 13, "text-anchor": "middle", class: "heading" }, column.title));
    y += 22;
    column.items.forEach((item) => { drawing.append(box(10, y, width - 20, item.text, column.kind)); y += BOX.height + 8; });
    if (at < columns.length - 1) {
      drawing.append(svg("path", { class: "way", d: `M${width / 2} ${y - 6}v12` }), svg("path", { class: "tip", d: `M${width / 2} ${y + 12}l-4 -7h8z` }));
      y += 18;
    }
  });
  set(drawing, { viewBox: `0 0 ${width} ${y}` });
  return drawing;
};

// What is known to come from some of the left leads from these only.
const pairs = (left, right) => right.items.flatMap((item, other) => {
  const known = left.items.map((_, one) => one).filter((one) => item.from && item.from.includes(left.items[one].text));
  return (known.length ? known : left.items.map((_, one) => one)).map((one) => [one, other]);
});

// A step of the funnel: its share of the height is its row's, its width shrinks from step to step.
const funnelShape = (place, all) => {
  const inset = (at) => (at / Math.max(all, 1)) * 30;
  const points = `${inset(place)},0 ${100 - inset(place)},0 ${100 - inset(place + 1)},100 ${inset(place + 1)},100`;
  return svg("svg", { class: "shape", viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("polygon", { points }));
};
