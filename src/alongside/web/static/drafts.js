// What somebody typed into a form (`data-draft`: its name) and hasn't saved stays in this tab until it is saved: across
// pages, reloads and refusals. With each field goes what was seen of it then (`s:NAME`), so that a save still merges.
// It is theirs alone (`data-who`, on the page's main part): nobody who comes after them in this tab finds it, and it goes
// when they sign out, and when it can't be sent any more. Another form by which the same is said (`data-sends`) ends it too.
const PREFIX = "draft ";
const of = (who) => `${PREFIX}${JSON.stringify(who)} `;
const forms = () => [...document.querySelectorAll("form[data-draft]")];
const store = (form, fields) => {
  const name = of(form.closest("[data-who]")?.dataset.who ?? "") + (form.dataset.draft ?? form.dataset.sends);
  try {
    if (fields === undefined) return JSON.parse(sessionStorage.getItem(name) ?? "null");
    if (fields) sessionStorage.setItem(name, JSON.stringify(fields));
    else sessionStorage.removeItem(name);
  } catch { /* a browser that keeps nothing */ }
  return null;
};
const names = (prefix) => {
  try { return Object.keys(sessionStorage).filter((name) => name.startsWith(prefix)); } catch { return []; }
};
const controls = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && !one.readOnly && one.matches("input, textarea, select"));
const first = (one) => one.matches("select") ? ([...one.options].find((choice) => choice.defaultSelected) ?? one.options[0])?.value : one.defaultValue;
const seen = (form, name) => form.elements.namedItem(`s:${name.replace(/^h:/, "e:")}`);

const keep = (form) => {
  const before = store(form) ?? {}, refused = "typed" in form.dataset;
  const changed = controls(form).filter((one) => (refused && one.value) || one.value !== first(one));
  const fields = Object.fromEntries(changed.map((one) => [one.name, [one.value, before[one.name]?.[1] ?? seen(form, one.name)?.value ?? null]]));
  const all = refused ? { ...before, ...fields } : fields;
  store(form, Object.keys(all).length ? all : null);
};
const restore = (form) => {
  const refused = "typed" in form.dataset;
  if (refused) keep(form);
  const before = store(form);
  if (!before) return;
  const there = Object.entries(before).map(([name, value]) => [form.elements.namedItem(name), name, value]).filter(([one]) => one && !one.readOnly && one.matches?.("input, textarea, select"));
  const back = there.filter(([one, , [value]]) => value !== first(one));
  if (!refused && !back.length) { store(form, null); return; }
  for (const [one, name, [value, was]] of back) {
    if (one.value === value) continue;
    one.value = value;
    const base = seen(form, name);
    if (base && was !== null) base.value = was;
    form.querySelector("[data-drafted]")?.removeAttribute("hidden");
    one.closest("details")?.setAttribute("open", "");
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
  store(form, null);
  location.reload();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt, path, verb } = detail.requestConfig ?? {}, form = elt?.closest?.("form[data-draft], form[data-sends]");
  const { status } = detail.xhr; // 0: no answer came, and the draft is all there is
  const sent = verb === "post" && path === form?.getAttribute("action"); // what another button of the form does sends nothing typed
  if (sent && status >= 200 && status < 400) store(form, null);
});
document.addEventListener("htmx:afterSettle", () => begin());
// What can't be sent any more (`data-lost`: the draft's name; empty: all of theirs) is shown a last time, to copy, and goes.
const lose = (place) => {
  const all = of(place.closest("[data-who]").dataset.who), whole = all + place.dataset.lost;
  const gone = names(whole).filter((name) => whole === all || name === whole);
  const text = gone.flatMap((name) => Object.values(JSON.parse(sessionStorage.getItem(name)))).map(([value]) => value).filter(Boolean).join("\n");
  const shown = place.querySelector("[data-lost-text]");
  if (text && !shown.textContent.trim()) {
    shown.textContent = text;
    place.hidden = false;
  }
  gone.forEach((name) => sessionStorage.removeItem(name));
};
const begin = () => {
  document.querySelectorAll("[data-lost]").forEach(lose);
  forms().forEach(restore);
  if (names(PREFIX).length) document.querySelector("[data-kept]")?.removeAttribute("hidden");
};
// Nobody is named where people come in, or are told why they can't: nothing is lost by going on from there.
addEventListener("beforeunload", (event) => {
  const who = document.querySelector("[data-who]")?.dataset.who;
  if (who !== undefined && names(of(who)).length) event.preventDefault();
});
if (document.querySelector("[data-left]")) names(PREFIX).forEach((name) => sessionStorage.removeItem(name));
begin();
