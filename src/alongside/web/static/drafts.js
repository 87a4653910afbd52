// What somebody typed into a form (`data-draft`: its name) and hasn't saved stays in this tab until it is saved: across
// pages, reloads and refusals. With each field goes what was seen of it then (`s:NAME`), so that a save still merges.
const PREFIX = "draft ";
const forms = () => [...document.querySelectorAll("form[data-draft]")];
const store = (name, fields) => {
  try {
    if (fields === undefined) return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null");
    if (fields) sessionStorage.setItem(PREFIX + name, JSON.stringify(fields));
    else sessionStorage.removeItem(PREFIX + name);
  } catch { /* a browser that keeps nothing */ }
  return null;
};
const controls = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && !one.readOnly && one.matches("input, textarea, select"));
const first = (one) => one.matches("select") ? ([...one.options].find((choice) => choice.defaultSelected) ?? one.options[0])?.value : one.defaultValue;
const seen = (form, name) => form.elements.namedItem(`s:${name.replace(/^h:/, "e:")}`);

const keep = (form) => {
  const before = store(form.dataset.draft) ?? {}, refused = "typed" in form.dataset;
  const changed = controls(form).filter((one) => refused || one.value !== first(one));
  const fields = Object.fromEntries(changed.map((one) => [one.name, [one.value, before[one.name]?.[1] ?? seen(form, one.name)?.value ?? null]]));
  const all = refused ? { ...before, ...fields } : fields;
  store(form.dataset.draft, Object.keys(all).length ? all : null);
};
const restore = (form) => {
  const kept = store(form.dataset.draft);
  if ("typed" in form.dataset) { keep(form); return; }
  if (!kept) return;
  const there = Object.entries(kept).map(([name, value]) => [form.elements.namedItem(name), name, value]).filter(([one]) => one && !one.readOnly && one.matches?.("input, textarea, select"));
  const back = there.filter(([one, , [value]]) => value !== first(one));
  if (!back.length) { store(form.dataset.draft, null); return; }
  for (const [one, name, [value, was]] of back) {
    if (one.value === value) continue;
    one.value = value;
    const base = seen(form, name);
    if (base && was !== null) base.value = was;
    form.querySelector("[data-drafted]")?.removeAttribute("hidden");
  }
  form.closest("details")?.setAttribute("open", "");
};

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-draft]");
  if (!form) return;
  const how = target.id && form.querySelector(`[data-how="${CSS.escape(target.id)}"]`);
  if (how && target.value && how.value !== "says") how.value = "says";
  keep(form);
});
document.addEventListener("click", ({ target }) => {
  const form = target.closest?.("[data-discard]")?.closest("form");
  if (!form) return;
  store(form.dataset.draft, null);
  location.reload();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.requestConfig?.elt?.closest?.("form[data-draft]");
  const { status } = detail.xhr; // 0: no answer came, and the draft is all there is
  if (form && detail.requestConfig.verb === "post" && status >= 200 && status < 400) store(form.dataset.draft, null);
});
document.addEventListener("htmx:afterSettle", () => forms().forEach(restore));
addEventListener("beforeunload", (event) => {
  let drafts = [];
  try { drafts = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX)); } catch { /* none is kept */ }
  if (drafts.length) event.preventDefault();
});
forms().forEach(restore);
