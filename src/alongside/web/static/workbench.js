// What the pages add with a script: boxes and fields light up together, keys, dialogs. Everything works without it.
// Handlers hang on the document, so they outlive what htmx swaps.
const all = (query, within = document) => [...within.querySelectorAll(query)];
const on = (kind, query, handle) =>
  document.addEventListener(kind, (event) => {
    const found = event.target instanceof Element && event.target.closest(query);
    if (found) handle(found, event);
  }, kind === "focusin" || kind === "focusout" ? true : undefined);

// Theme and keys are this browser's choice.
const kept = (name, value) => {
  try {
    if (value === undefined) return localStorage.getItem(name) ?? "";
    localStorage.setItem(name, value);
  } catch { /* a browser that keeps nothing */ }
  return value ?? "";
};
const dress = () => {
  const theme = kept("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
};
dress();

// A box on the page and the field that used it.
const light = (of, lit) => all(`[data-ref="${CSS.escape(of)}"]`).forEach((one) => one.toggleAttribute("data-lit", lit));
on("pointerover", "[data-ref]", (one) => light(one.dataset.ref, true));
on("pointerout", "[data-ref]", (one) => light(one.dataset.ref, false));
on("focusin", "[data-ref]", (one) => light(one.dataset.ref, true));
on("focusout", "[data-ref]", (one) => light(one.dataset.ref, false));
const choose = (box) => {
  const row = all(`tr[data-ref="${CSS.escape(box.dataset.ref)}"] .pickfield`)[0];
  if (row) row.click();
};
on("click", ".box", choose);
on("click", "[data-boxes]", (button) => {
  const shown = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(shown));
  all(".paper").forEach((paper) => paper.toggleAttribute("data-hide-boxes", !shown));
});
on("click", "[data-plain]", (button) => {
  const plain = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(plain));
  all(".paper").forEach((paper) => paper.toggleAttribute("data-hide-boxes", plain));
});
on("click", "[data-copy-table]", (button) => {
  const cell = (one) => `"${one.textContent.trim().replaceAll('"', '""').replace(/^([=+\-@\t\r])/, "'$1")}"`;
  const rows = all("tr", button.closest("section")).map((row) => all("td, th", row).map(cell).join(","));
  navigator.clipboard?.writeText(rows.join("\r\n"));
});
on("click", "a.cite", (cite, event) => {
  const box = document.getElementById(cite.hash.slice(1));
  if (!box) return;
  event.preventDefault();
  box.scrollIntoView({ block: "center" });
  box.focus();
});

// How large a page is shown: so that its words can be read, twice as wide as its pane, or as wide; this tab remembers.
const narrow = () => matchMedia("(max-width: 860px)").matches;
const SIZES = ["", "twice", "fit"];
const zoomed = (change) => {
  try {
    if (change !== undefined) sessionStorage.setItem("zoom", change);
    return sessionStorage.getItem("zoom") ?? "";
  } catch { return change ?? ""; }
};
const zoom = () => {
  const size = zoomed();
  all(".look").forEach((pane) => {
    const wide = pane.clientWidth, page = all(".paper", pane)[0];
    const width = narrow() ? 0 : size === "twice" ? 2 * wide : size === "fit" ? 0 : Number(pane.dataset.readable);
    pane.toggleAttribute("data-over", width > wide);
    const sheet = all("svg", page)[0], { width: w, height: h } = sheet.viewBox.baseVal;
    if (narrow()) return;
    sheet.setAttribute("width", Math.max(width, wide));
    sheet.setAttribute("height", (Math.max(width, wide) * h) / w);
  });
  all("[data-zoom]").forEach((button) => {
    button.hidden = narrow();
    button.title = { fit: "Zoom: the page is as wide as its pane", twice: "Zoom: the page is twice as wide as its pane" }[size] ?? "Zoom: the page is large enough to read";
  });
};
on("click", "[data-zoom]", () => {
  zoomed(SIZES[(SIZES.indexOf(zoomed()) + 1) % SIZES.length]);
  zoom();
  centre();
});

// Folds that fetch nothing.
on("click", "[aria-controls][aria-expanded]", (button) => {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  const target = document.getElementById(button.getAttribute("aria-controls"));
  if (target) target.hidden = !open;
});

// A file that is chosen is named; where it is all that is asked for, it is sent.
on("change", "input[type=file]", (input) => {
  const said = input.parentElement.querySelector("[data-chosen]");
  if (said) said.textContent = [...input.files].map((file) => file.name).join(", ");
  if (input.hasAttribute("data-send") && input.files.length) input.form.requestSubmit();
});

// Dialogs.
const dialog = (name) => {
  const one = document.getElementById(name);
  one?.showModal();
  one?.querySelector("[data-palette]")?.dispatchEvent(new Event("input", { bubbles: true }));
};
on("click", "[data-open]", (button) => dialog(button.dataset.open));
on("click", "[data-copy]", () => {
  const command = all("[data-command]")[0]?.textContent ?? "";
  navigator.clipboard?.writeText(command);
});
on("click", "[data-copy-field]", (button) => {
  const field = document.getElementById(button.dataset.copyField);
  field.select();
  navigator.clipboard?.writeText(field.value);
  button.textContent = "Copied";
});
on("change", "[data-single-keys]", (box) => kept("single-keys", box.checked ? "" : "off"));
on("change", "[data-theme-choice]", (choice) => { kept("theme", choice.value); dress(); });
// The box in question is in the middle of a pane that shows a part of its page.
const centre = () => all(".zoom, .closeup, .look").forEach((pane) => {
    const box = (pane.querySelector(".box[data-on]") ?? pane.querySelector(".box"))?.getBoundingClientRect(), own = pane.getBoundingClientRect();
    if (box) pane.scrollBy(box.x - own.x - (own.width - box.width) / 2, box.y - own.y - (own.height - box.height) / 2);
  });
let path = location.pathname;
const settle = () => {
  busy = false;
  shown = standing();
  if (path !== location.pathname) scrollTo(0, 0); // another page begins at its top; htmx leaves the window where it was
  path = location.pathname;
  comeBack();
  follow();
  all("[data-single-keys]").forEach((box) => { box.checked = kept("single-keys") !== "off"; });
  all("[data-theme-choice]").forEach((choice) => { choice.value = kept("theme"); });
  zoom();
  centre();
  fade();
  listen();
  overhear();
  fill();
};

// A toast goes after 8 s, unless somebody looks at it; the way to take its act back stays, quietly.
let timer = 0;
const fade = () => {
  clearTimeout(timer);
  const toast = all("[data-toast]")[0];
  if (toast) timer = setTimeout(() => (toast.matches(":hover, :focus-within") ? fade() : toast.querySelector("form") ? toast.setAttribute("data-quiet", "") : toast.remove()), 8000);
};

// Who comes back to a list finds the line that they left it by, where it stood.
const visit = (change) => {
  try {
    const key = `left ${location.pathname}${location.search}`;
    if (change) sessionStorage.setItem(key, JSON.stringify(change));
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch { return null; }
};
on("click", "[data-walk] a", (row) => visit({ href: row.getAttribute("href"), top: row.closest(".pane")?.scrollTop ?? 0, page: scrollY }));
const comeBack = () => {
  const rows = all("[data-walk] a"), left = rows.length && !rows.some((row) => row.hasAttribute("aria-current")) && visit();
  const row = left && rows.find((one) => one.getAttribute("href") === left.href);
  if (!row) return;
  row.setAttribute("aria-current", "true");
  const pane = row.closest(".pane");
  if (pane) pane.scrollTop = left.top;
  if (left.page) scrollTo(0, left.page);
};

// After a swap the selected line is in sight; on a phone the selected thing itself, which is below the list there.
const follow = () => {
  const aside = document.getElementById("selected");
  if (!narrow() || !all(".cases[data-chosen]").length) all("[data-walk] [aria-current], .spans [aria-current]")[0]?.scrollIntoView({ block: "nearest" });
  if (aside && narrow() && new URLSearchParams(location.search).has("at")) aside.scrollIntoView();
};
document.addEventListener("toggle", (event) => { if (event.target.matches?.("details.say[open]")) all("input", event.target)[0].focus(); }, true);
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
on("input", ".fixedit form", (form) => {
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

// Keys: none fires while somebody types, or where single keys are switched off.
const typing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
let going = 0, busy = false, asked = 0, deaf = 0, newest, shown;
const waiting = [];
// The line that the keys walked to; until its page has come, what stands beside the list is of the line that is `shown`.
const standing = () => all("[data-walk] a[aria-current]")[0];
const stand = (row) => {
  standing()?.removeAttribute("aria-current");
  row?.setAttribute("aria-current", "true");
};
const elsewhere = (one) => one?.closest("#selected") && standing() !== shown;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  busy = true;
  asked += 1;
  newest = detail.xhr;
  if (typing(document.activeElement)) document.activeElement.blur();
});
// A key that comes while a page is on its way is meant for that page, once htmx knows its links; what brings no page settles nothing.
const next = () => {
  while (waiting.length && !busy) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: waiting.shift(), bubbles: true }));
};
document.addEventListener("htmx:afterRequest", () => {
  const ours = asked;
  setTimeout(() => { if (ours === asked && busy) { busy = false; next(); } }, 200);
});
document.addEventListener("htmx:afterSettle", () => { settle(); next(); });
// A hand that points elsewhere means none of the keys that still wait; and a page asked for before another never takes its place.
document.addEventListener("pointerdown", () => { waiting.length = 0; }, true);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== document.body) return;
  if (detail.xhr !== newest) detail.shouldSwap = false;
  // What somebody was writing goes with its page: the letters that still come are no commands.
  else if (document.querySelector("dialog[open]") || typing(document.activeElement)) deaf = Date.now();
});
// Where no page came, the keys that were meant for it are dropped, also those pressed before anybody could read so; the line is the one still shown.
document.addEventListener("htmx:sendError", () => {
  busy = false;
  deaf = Date.now();
  waiting.length = 0;
  stand(shown);
  all("[data-toast]").forEach((one) => one.remove());
  const told = document.createElement("div");
  Object.assign(told, { className: "toast", textContent: "No answer came. Is the server running? Then try again." });
  told.setAttribute("role", "alert");
  told.setAttribute("data-toast", "");
  document.body.append(told);
  fade();
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    dialog("palette");
    return;
  }
  if (event.ctrlKey && event.key === "Enter") {
    const prove = all("[data-key='Ctrl Enter']")[0];
    if (prove) { event.preventDefault(); prove.click(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (typing(event.target) || kept("single-keys") === "off") return;
  if (Date.now() - deaf < 1500) { deaf = Date.now(); return; }
  if (busy) {
    if (event.key.length === 1 || event.key === "Enter") { waiting.push(event.key); event.preventDefault(); }
    return;
  }
  if (event.key === "?") { event.preventDefault(); dialog("keys"); return; }
  if (Date.now() - going < 1500) {
    going = 0;
    const tab = all(`[data-go="${CSS.escape(event.key)}"]`)[0];
    if (tab) { event.preventDefault(); tab.click(); return; }
  }
  if (event.key === "g") { going = Date.now(); return; }
  if (step(event) || press(event)) event.preventDefault();
});
const step = (event) => {
  if (event.key === "," || event.key === ".") {
    const fields = all(".pickfield"), at = fields.findIndex((one) => one.hasAttribute("aria-current"));
    if (!elsewhere(fields[0])) fields[at + (event.key === "." ? 1 : -1)]?.click();
    return fields.length > 0;
  }
  const rows = all("[data-walk] a");
  if (!rows.length || (event.key !== "j" && event.key !== "k")) return false;
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const to = rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))];
  stand(to);
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  if (to.hasAttribute("data-look")) to.click();
  return true;
};
const open = () => {
  const found = all("[data-key=Enter]")[0];
  found?.click();
  return Boolean(found);
};
const press = (event) => {
  // Enter presses what has the focus, wherever something has it.
  if (event.key === "Enter" && event.target !== document.body && event.target.closest("a, button, [role=button], summary")) {
    if (event.target.matches("[data-look][aria-current]")) return open();
    if (!event.target.matches(".box")) return false;
    choose(event.target);
    return true;
  }
  if (event.key === " " && event.target.matches?.(".box")) { choose(event.target); return true; }
  const found = all(`[data-key="${CSS.escape(event.key)}"]`).find((one) => !one.disabled && one.offsetParent !== null);
  if (!found || elsewhere(found)) return false;
  if (found.matches("input, textarea, select")) found.focus();
  else found.click();
  // What a key opens is written into at once: the next letters are no commands.
  const fold = found.matches("summary") && found.closest("details[open]");
  if (fold) (all("input:not([type=hidden]), textarea", fold)[0] ?? all("select", fold)[0])?.focus();
  return true;
};

document.addEventListener("htmx:historyRestore", settle);
document.addEventListener("DOMContentLoaded", settle);
if (document.readyState !== "loading") settle();
