// What goes on while a page is looked at: a proof and an answer in the making, and what takes longer than a page may.
const all = (query, within = document) => [...within.querySelectorAll(query)];

// A proof that runs: numbers are replaced as they come, columns when an answer changed. What somebody is typing stays.
let stream, drawing = false, drawn = "";
const pace = (seconds) => (seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`);
const tick = (told) => {
  const money = told.cost === null ? "unpriced" : told.cost === 0 ? "$0" : `$${told.cost.toFixed(told.cost < 1 ? 4 : 2)}`;
  const shown = { ...told, seconds: pace(told.seconds), cost: money };
  all("#proof [data-tick]").forEach((one) => { one.textContent = shown[one.dataset.tick]; });
  all("#proof .tally .v:has([data-tick])").forEach((one) => one.toggleAttribute("data-zero", all("b", one)[0].textContent === "0"));
  const bar = all("#proof .prog")[0];
  bar?.setAttribute("aria-valuenow", told.done);
  bar?.querySelector("rect").setAttribute("width", `${(100 * told.done) / told.of}%`);
};
const redraw = async (told) => {
  const state = `${told.status} ${told.stopping} ${told.fixed} ${told.broken}`;
  if (drawing || state === drawn) return;
  drawing = true;
  try {
    const address = all("#proof")[0]?.dataset.columns, query = location.search.slice(1);
    const answer = address && (await fetch(`${address}?${query}`));
    if (answer?.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      all("#proof, #gate", fresh).forEach((one) => { document.getElementById(one.id)?.replaceWith(one); window.htmx?.process(one); });
      drawn = state;
    }
  } catch { /* the next event asks again */ } finally { drawing = false; }
};
// What takes longer than a page may: fetched once the page is there. A forecast is of what is typed, as soon as that rests.
const changed = (form) => form && (form.hasAttribute("data-typed") || [...form.elements].some((one) => (
  one.type === "checkbox" || one.type === "radio" ? one.checked !== one.defaultChecked
    : one.matches("select") ? [...one.options].some((option) => option.selected !== option.defaultSelected) && one.selectedIndex > 0
      : one.matches("input, textarea") && one.value !== one.defaultValue)));
let asks = 0;
const fill = () => all("[data-fetch]").forEach(async (one) => {
  const address = one.dataset.fetch, form = one.closest("form"), ask = ++asks;
  delete one.dataset.fetch;
  one.dataset.ask = ask;
  const typed = changed(form) ? { method: "POST", body: new URLSearchParams(new FormData(form)) } : {};
  const answer = await fetch(address, typed).catch(() => undefined);
  if (!answer?.ok || Number(one.dataset.ask) !== ask) return;
  one.replaceWith(...new DOMParser().parseFromString(await answer.text(), "text/html").body.children);
});
let resting = 0;
document.addEventListener("input", ({ target }) => {
  const form = target.closest?.(".fixedit form");
  if (!form) return;
  clearTimeout(resting);
  resting = setTimeout(() => {
    all("[data-forecast]", form).forEach((one) => { one.dataset.fetch = "/fix/forecast"; });
    fill();
  }, 400);
});
// A browser has six connections to a server for all its windows: one that nobody looks at lets go of its own.
document.addEventListener("visibilitychange", () => { listen(); overhear(); });
const listen = () => {
  const address = document.hidden ? "" : (all("[data-events]")[0]?.dataset.events ?? "");
  if (stream && address && stream.url.endsWith(address) && stream.readyState < 2) return;
  stream?.close();
  stream = undefined;
  if (!address) return;
  stream = new EventSource(address);
  stream.onmessage = async (event) => {
    const told = JSON.parse(event.data);
    tick(told);
    if (told.status !== "running") stream.close();
    await redraw(told);
    while (told.status !== "running" && drawing) await new Promise((done) => setTimeout(done, 50));
    if (told.status === "running") return;
    await redraw(told);
    all("[data-forecast]").forEach((one) => { one.dataset.fetch = "/fix/forecast"; });
    fill();
  };
};

// An answer that is being made: what there is of it, then the page with all of it.
let making;
const whole = () => window.htmx.ajax("GET", location.pathname + location.search, { target: "#main", select: "#main", swap: "outerHTML" });
const overhear = () => {
  const pane = all("[data-answer]")[0], address = document.hidden ? "" : (pane?.dataset.answer ?? "");
  making?.close();
  making = address ? new EventSource(address) : undefined;
  if (!making) return;
  making.onmessage = (event) => {
    const told = JSON.parse(event.data);
    if (told.ended) { making.close(); whole(); return; }
    pane.replaceChildren(...new DOMParser().parseFromString(told.html, "text/html").body.children);
  };
  making.onerror = ({ target }) => { if (target.readyState === EventSource.CLOSED) setTimeout(whole, 2000); };
};

const begin = () => {
  listen();
  overhear();
  fill();
};
document.addEventListener("htmx:afterSettle", begin);
document.addEventListener("htmx:historyRestore", begin);
begin();
