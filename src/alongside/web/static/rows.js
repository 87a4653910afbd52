// A list that is stated as JSON, shown as rows. Its textarea (`data-rows`: what the columns hold) stays the form's field, and
// every change is written there. What nobody changes keeps its own letters: a number stays the number that it was.
const all = (query, within = document) => [...within.querySelectorAll(query)];
const editors = new WeakMap();
let writing = false;

// The parts of a JSON list or record, each with its name and its own letters.
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;
const parts = (text) => {
  const found = [];
  let depth = 0, name = "", from = -1, to = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const closes = token === "]" || token === "}";
    depth -= closes;
    if (closes ? depth === 0 : depth === 1 && token === ",") {
      if (from >= 0) found.push([name, text.slice(from, to)]);
      from = -1;
    } else if (depth === 1 && token === ":") {
      name = JSON.parse(text.slice(from, to));
      from = -1;
    } else if (depth) {
      if (from < 0) from = index;
      to = index + token.length;
    }
    depth += token === "[" || token === "{";
  }
  return found;
};
const isRecord = (one) => one !== null && typeof one === "object" && !Array.isArray(one);
// The rows of a text, each a map from a column's name to JSON; nothing where they don't fit into the columns.
const read = (text, columns) => {
  try {
    const list = JSON.parse(text), plain = columns[0].name === "";
    const fits = (one) => (plain ? one === null || typeof one !== "object" : isRecord(one) && Object.keys(one).every((name) => columns.some((column) => column.name === name)));
    if (!Array.isArray(list) || !list.every(fits)) return undefined;
    return parts(text).map(([, json]) => new Map(plain ? [["", json]] : parts(json)));
  } catch { return undefined; }
};
const shown = (json) => (json === undefined || json === "null" ? "" : json.startsWith("\"") ? JSON.parse(json) : json.replace(/\n\s*/g, ""));
const nothing = (column) => ({ text: '""', list: "[]", null: "null" })[column.empty];
// What was typed into a cell, as JSON: a text, which the server reads by its kind; what was there, where it says that again.
const stated = (column, text, was) => {
  if (was !== undefined && text === shown(was)) return was;
  if (!text.trim()) return nothing(column);
  const bare = { flag: true, json: true, any: was !== undefined && was !== "null" && !was.startsWith('"') }[column.kind];
  if (bare) try { JSON.parse(text); return text; } catch { /* what it isn't, the server says */ }
  return JSON.stringify(text);
};
const isBlank = (row) => [...row.now.values()].every((json) => ["", "[]", "{}"].includes(shown(json)));
// A row that nothing stands in any more is none; one that was sent so stays as it was.
const isSent = (row) => !row.gone && !(isBlank(row) && (row.fresh || [...row.was.values()].some(shown)));
const written = ({ columns, rows }) => {
  const plain = columns[0].name === "";
  const kept = rows.filter(isSent);
  const lines = kept.map(({ now }) => (plain ? now.get("")
    : `{${[...now].filter(([, json]) => json !== undefined).map(([name, json]) => `${JSON.stringify(name)}: ${json}`).join(", ")}}`));
  return lines.length ? `[\n ${lines.join(",\n ")}\n]` : "[]";
};
const save = (editor) => {
  const text = written(editor);
  editor.area.value = editor.last = text === editor.start ? editor.given : text;
  writing = true;
  editor.area.dispatchEvent(new Event("input", { bubbles: true }));
  writing = false;
};

const make = (kind, more = {}, ...inside) => {
  const { data, ...plain } = more, one = Object.assign(document.createElement(kind), plain);
  Object.assign(one.dataset, data);
  one.append(...inside);
  return one;
};
const button = (name, text, ...more) => make("button", { type: "button", className: "btn", data: { [name]: "", kind: "quiet" } }, text, ...more);
const input = (column, text, dated) => {
  const names = { flag: [["true", "yes"], ["false", "no"]], choice: column.choices }[column.kind];
  if (names) {
    const known = !text || names.some(([value]) => value === text);
    const options = [["", ""], ...names, ...(known ? [] : [[text, text]])];
    return make("select", { className: "field" }, ...options.map(([value, label]) => new Option(label, value, value === text, value === text)));
  }
  const one = make(text.includes("\n") || column.kind === "json" ? "textarea" : "input", { className: "field", autocomplete: "off", defaultValue: text });
  one.inputMode = { number: "decimal", integer: "numeric" }[column.kind] ?? "";
  if (column.kind === "date" && !text) one.placeholder = dated;
  return one;
};
const line = (editor, row) => {
  const cells = editor.columns.map((column) => {
    const field = input(column, shown(row.now.get(column.name)), editor.area.dataset.example);
    field.dataset.column = column.name;
    return make("td", { data: { label: column.label } }, field);
  });
  row.line = make("tr", {}, make("th", { scope: "row" }), ...cells, make("td", {}, button("rowGone", "Remove")));
  return row.line;
};
// Each row by its number among those that are sent, as a refusal names it.
const number = ({ columns, rows, area }) => {
  let at = 0, first = area.dataset.key;
  for (const row of rows) {
    const { line: one, now, gone, fresh } = row;
    const isOut = !gone && !fresh && !isSent(row);
    const name = gone ? [...now.values()].map(shown).find(Boolean) ?? "the empty row" : isOut ? "the emptied row" : `row ${++at}`;
    one.toggleAttribute("data-gone", Boolean(gone) || isOut);
    one.cells[0].replaceChildren(make("span", { className: "vh", textContent: gone ? "Removed" : isOut ? "Counts as removed" : "Row " }), gone || isOut ? "" : String(at));
    all(".field", one).forEach((field, column) => {
      field.disabled = Boolean(gone);
      field.ariaLabel = columns[column].name ? `${columns[column].label}, ${name}` : `${name[0].toUpperCase()}${name.slice(1)}`;
      delete field.dataset.key;
      if (first && !gone) { field.dataset.key = first; first = ""; }
    });
    const press = one.querySelector("[data-row-gone]");
    press.textContent = gone ? "Put back" : "Remove";
    press.ariaLabel = `${press.textContent} ${name}`;
  }
};
// Where the columns don't fit beside each other, each row is a card.
const ROOM = 120;
const widths = new ResizeObserver((seen) => seen.forEach(({ target, contentRect }) => {
  const { columns: { length } } = editors.get(target);
  target.toggleAttribute("data-cards", length > 1 && contentRect.width < ROOM * (length + 1));
}));
const fill = (editor) => {
  const { area, columns, body } = editor, rows = read(area.value, columns);
  if (!rows) return false;
  editor.rows = rows.map((now) => ({ now, was: new Map(now) }));
  editor.rows.forEach((row) => { row.fresh = editor.blank && isBlank(row); });
  Object.assign(editor, { start: written(editor), given: area.value, last: area.value });
  body.replaceChildren(...editor.rows.map((row) => line(editor, row)));
  number(editor);
  return true;
};
const show = (editor, asText) => {
  editor.area.hidden = !asText;
  all(".scroll, [data-row-add]", editor.root).forEach((one) => { one.hidden = asText; });
  editor.toggle.ariaPressed = String(asText);
  editor.told.textContent = "";
};
const point = ({ area, rows, columns }) => {
  const [at, name] = (area.dataset.amiss ?? "").split("."), row = rows[Number(at)];
  const field = at && row && all(".field", row.line)[Math.max(0, columns.findIndex((column) => column.name === name))];
  if (!field) return;
  field.ariaInvalid = "true";
  field.setAttribute("aria-describedby", area.getAttribute("aria-describedby") ?? "");
  field.focus();
};
const build = (area) => {
  const { columns, blank } = JSON.parse(area.dataset.rows);
  const name = area.labels?.[0]?.textContent.trim() || area.ariaLabel || "Rows";
  const head = columns.map((column) => make("th", { scope: "col", textContent: column.label }));
  const body = make("tbody"), toggle = button("rowText", "As text"), told = make("span", { className: "dim" });
  told.setAttribute("role", "status");
  const table = make("table", {}, make("caption", { className: "vh", textContent: name }),
    make("thead", {}, make("tr", {}, make("td"), ...head, make("td"))), body);
  const root = make("div", { className: "rowsedit" }, make("div", { className: "scroll" }, table),
    make("div", { className: "flex wrap" }, make("button", { type: "button", className: "btn", textContent: "Add a row", data: { rowAdd: "" } }), toggle, told));
  root.setAttribute("role", "group");
  root.ariaLabel = name;
  const editor = { area, columns, blank, root, body, toggle, told, rows: [] };
  const isRows = fill(editor);
  if (!isRows && !area.ariaInvalid && area.value === area.defaultValue) return; // else the text is to be mended first
  if (area.nextElementSibling?.matches(".rowsedit")) area.nextElementSibling.remove();
  area.after(root);
  editors.set(root, editor);
  editors.set(area, editor);
  widths.observe(root);
  show(editor, !isRows);
  point(editor);
};

const of = (target) => editors.get(target.closest?.(".rowsedit"));
const rowOf = (editor, target) => editor.rows.find((row) => row.line === target.closest("tr"));
document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-rows]") && !writing && target.hidden) { const editor = editors.get(target); if (editor && !fill(editor)) show(editor, true); }
  const editor = of(target), row = editor && rowOf(editor, target);
  if (!row) return;
  const column = editor.columns.find(({ name }) => name === target.dataset.column);
  const was = isSent(row);
  row.now.set(column.name, stated(column, target.value, row.was.get(column.name)));
  target.removeAttribute("aria-invalid");
  if (isSent(row) !== was) number(editor);
  save(editor);
});
document.addEventListener("click", ({ target }) => {
  const editor = target instanceof Element && of(target);
  if (!editor) return;
  if (target.closest("[data-row-add]")) add(editor);
  else if (target.closest("[data-row-gone]")) remove(editor, rowOf(editor, target));
  else if (target.closest("[data-row-text]")) turn(editor);
});
const add = (editor) => {
  const now = new Map(editor.columns.map((column) => [column.name, nothing(column)]));
  const row = { now, was: new Map(), fresh: true };
  editor.rows.push(row);
  editor.body.append(line(editor, row));
  number(editor);
  row.line.querySelector(".field").focus();
};
// A row stays, struck through, until the form is sent; one that was added and never filled in just goes.
const remove = (editor, row) => {
  if (row.fresh && isBlank(row)) {
    const next = editor.rows[editor.rows.indexOf(row) + 1] ?? editor.rows.at(-2);
    editor.rows.splice(editor.rows.indexOf(row), 1);
    row.line.remove();
    number(editor);
    (next?.line.querySelector("[data-row-gone]") ?? editor.root.querySelector("[data-row-add]")).focus();
  } else {
    row.gone = !row.gone;
    number(editor);
  }
  save(editor);
};
const turn = (editor) => {
  if (!editor.area.hidden) {
    if (editor.area.value !== editor.last && !fill(editor)) { editor.told.textContent = "These aren't rows yet: mend the text first."; return; }
    show(editor, false);
    editor.toggle.focus();
  } else {
    show(editor, true);
    editor.area.focus();
  }
};
// Enter goes on to the row below, and from the last one to the button that adds one: nothing half written is sent.
document.addEventListener("keydown", (event) => {
  const editor = event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey && event.target.matches?.(".rowsedit input") && of(event.target);
  if (!editor) return;
  event.preventDefault();
  const below = editor.rows.slice(editor.rows.indexOf(rowOf(editor, event.target)) + 1).find((row) => !row.gone);
  (below?.line.querySelector(`[data-column="${CSS.escape(event.target.dataset.column)}"]`) ?? editor.root.querySelector("[data-row-add]")).focus();
});

const begin = () => all("textarea[data-rows]").filter((area) => !editors.has(area)).forEach(build);
document.addEventListener("htmx:afterSettle", begin);
document.addEventListener("htmx:historyRestore", begin);
begin();
