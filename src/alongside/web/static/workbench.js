// What the pages add with a script: keys, dialogs, choices that a browser keeps. Everything works without it.
// Handlers hang on the document, so they outlive what htmx swaps.
const all = (query, within = document) => [...within.querySelectorAll(query)];
const on = (kind, query, handle) =>
  document.addEventListener(kind, (event) => {
    const found = event.target instanceof Element && event.target.closest(query);
    if (found) handle(found, event);
  });
const narrow = () => matchMedia("(max-width: 860px)").matches;

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

on("click", "[data-copy-table]", (button) => {
  const cell = (one) => `"${one.textContent.trim().replaceAll('"', '""').replace(/^([=+\-@\t\r])/, "'$1")}"`;
  const rows = all("tr", button.closest("section")).map((row) => all("td, th", row).map(cell).join(","));
  navigator.clipboard?.writeText(rows.join("\r\n"));
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
let address = location.href;
const settle = () => {
  if (!coming) {
    if (new URL(address).pathname !== location.pathname) scrollTo(0, 0); // another page begins at its top; htmx leaves the window where it was
    address = location.href;
    shown = standing();
  }
  comeBack();
  follow();
  refill();
  all("[data-single-keys]").forEach((box) => { box.checked = kept("single-keys") !== "off"; });
  all("[data-theme-choice]").forEach((choice) => { choice.value = kept("theme"); });
  fade();
};

// A toast goes after 8 s, unless somebody looks at it; the way to take its act back stays, quietly, and what was refused.
let timer = 0;
const fade = () => {
  clearTimeout(timer);
  const toast = all("[data-toast]")[0];
  if (toast && !toast.matches("[role=alert]:has(a)")) timer = setTimeout(() => (toast.matches(":hover, :focus-within") ? fade() : toast.querySelector("form") ? toast.setAttribute("data-quiet", "") : toast.remove()), 8000);
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
document.addEventListener("toggle", (event) => { if (event.target.matches?.("details.say[open]") && Date.now() >= deaf) all("input", event.target)[0].focus(); }, true);
// Keys: none fires while somebody types, or where single keys are switched off. One page at a time is on its way: what
// asks for it is `coming`, which no page that was asked for before replaces. Keys that lead somewhere wait for it; one
// that says or changes something only once it is in place, for whoever pressed it before saw another page. (hx-sync
// knows of neither keys nor Back.)
const typing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
let going = 0, deaf = 0, coming, back, shown, unsent; // `deaf`: until when keys are dropped
const waiting = [];
// The line that the keys walked to; until its page has come, what stands beside the list is of the line that is `shown`.
const standing = () => all("[data-walk] a[aria-current]")[0];
const stand = (row) => {
  standing()?.removeAttribute("aria-current");
  row?.setAttribute("aria-current", "true");
};
const elsewhere = (one) => one?.closest("#selected") && standing() !== shown;
const changes = (one) => one?.type === "submit" && one.form?.method === "post";
// A double click, or a key held down, says a thing once: its second half may come to the page after. Where that page has
// been in sight for a moment it is a press of its own; where it hasn't, it is dropped, and said to be.
const UNSEEN = 300;
let inSight = Date.now(), pressed = false;
document.addEventListener("click", (event) => {
  if (!changes(event.target.closest("button"))) return;
  const unseen = !pressed && Date.now() - inSight < UNSEEN;
  if (event.detail > 1 && (pressed || unseen)) {
    event.preventDefault();
    if (unseen && !all("[data-toast]").length) tell("That was pressed before this page could be seen, so it was not taken. Press again if you mean it.");
  } else pressed = true;
}, true);
const expect = (xhr, goesBack) => {
  back?.abort();
  back = goesBack ? xhr : undefined;
  coming = xhr;
  xhr.from = location.href;
};
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  detail.xhr.addEventListener("error", () => lost(detail.xhr, undefined, detail.requestConfig)); // htmx tells only a form that is still there
  if (detail.target !== document.body) return;
  expect(detail.xhr);
  if (typing(document.activeElement)) document.activeElement.blur();
});
// Back asks by itself. Where no answer comes, the address is again that of the page that stays.
document.addEventListener("htmx:historyCacheMiss", ({ detail: { xhr } }) => {
  expect(xhr, true);
  xhr.addEventListener("error", () => { history.pushState({ htmx: true }, "", address); lost(xhr); });
});
document.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());
// Keys wait until htmx knows the page's links, and come as if held down where the page wasn't in place yet; they wait no
// longer where an answer brings no page. What comes after a key that opened a field is written into it, and is sent only
// by who saw the page.
const come = (xhr) => {
  if (xhr === coming) coming = undefined;
  settle();
  for (let seen = true; waiting.length && !coming;) {
    const said = waiting.shift(), field = typing(document.activeElement);
    seen &&= !said.repeat;
    if (!field) document.body.dispatchEvent(new KeyboardEvent("keydown", { ...said, bubbles: true }));
    else if (!write(field, said.key, seen)) stopWriting(field);
  }
  waiting.forEach((said) => { said.repeat = true; }); // a key before them asked for a page that nobody has seen
};
// Say whether the field took the key: a date and a list take none that a script writes.
const write = (field, key, seen) => {
  if (key === "Backspace") return document.execCommand("delete") || true;
  const before = field.value, letter = key === "Enter" && field.matches("textarea") ? "\n" : key;
  if (letter.length === 1) document.execCommand("insertText", false, letter);
  else if (key === "Enter" && seen) { field.form?.requestSubmit(); return true; }
  return field.value !== before;
};
const stopWriting = (field) => {
  waiting.length = 0;
  field.blur();
  deaf = Date.now() + 1500;
  tell("You typed on while the page was on its way. Nothing was sent: look at what was taken, and go on from there.");
};
document.addEventListener("htmx:afterRequest", ({ detail }) => setTimeout(() => { if (coming === detail.xhr) come(coming); }, 200));
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.xhr) detail.xhr.inSight = true;
  if (detail.target === document.body) [inSight, pressed] = [Date.now(), false];
});
document.addEventListener("htmx:afterSettle", ({ detail }) => come(detail.xhr));
document.addEventListener("htmx:historyRestore", () => come(coming));
// A hand that points elsewhere means none of the keys that still wait.
document.addEventListener("pointerdown", () => { waiting.length = 0; }, true);
// What somebody was writing goes with its page: the letters that still come are no commands.
const leave = () => { if (document.querySelector("dialog[open]") || typing(document.activeElement)) deaf = Date.now() + 1500; };
document.addEventListener("htmx:historyCacheMissLoad", leave);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== document.body || !detail.shouldSwap) return;
  const foreign = detail.xhr.status >= 400 && !detail.serverResponse.includes('name="htmx-config"');
  if (detail.xhr === coming && !foreign) { leave(); return; }
  detail.shouldSwap = false;
  if (foreign) lost(detail.xhr, `Something before the server answered with status ${detail.xhr.status}: wait a moment.`, detail.requestConfig);
  else if (detail.requestConfig.verb === "post") hear(detail);
});
const toast = (one) => {
  all("[data-toast]").forEach((other) => other.remove());
  document.body.append(one);
  htmx.process(one);
  fade();
};
const tell = (text, ...more) => {
  const told = document.createElement("div");
  told.className = "toast";
  told.setAttribute("role", "alert");
  told.setAttribute("data-toast", "");
  told.append(text, ...more);
  toast(told);
};
const wayBack = (xhr, go) => {
  const link = document.createElement("a");
  Object.assign(link, { href: xhr.from, className: "link nowrap", textContent: "Back to it" });
  link.addEventListener("click", go);
  return link;
};
// What was sent from a page that somebody has left since: its answer's word on it is told on the page that is there.
const hear = ({ serverResponse, xhr }) => {
  const late = new DOMParser().parseFromString(serverResponse, "text/html");
  const said = late.querySelector("[data-toast]");
  if (said) {
    if (said.dataset.of) said.querySelector(".v > span").prepend(`${said.dataset.of}: `);
    toast(document.adoptNode(said));
    return;
  }
  if (xhr.status < 400) return;
  const there = wayBack(xhr, (event) => { // with what was written
    event.preventDefault();
    event.stopImmediatePropagation(); // the link alone would ask for the page anew
    history.pushState({ htmx: true }, "", xhr.from);
    htmx.swap(document.body, serverResponse, { swapStyle: "innerHTML" });
  });
  const why = (late.querySelector("[role=alert]") ?? late.querySelector("h1"))?.textContent.replace(/\s+/g, " ").trim();
  tell(`What you sent before was not taken. ${why ?? ""} `, there);
};
// Where no page came, the keys that were meant for it are dropped, also those pressed before anybody could read so; the line is the one still shown.
const lost = (xhr, why = "No answer came. Is the server running?", asked = {}) => {
  const late = xhr !== coming && asked.verb === "post";
  if (xhr === coming) {
    coming = undefined;
    deaf = Date.now() + 1500;
    waiting.length = 0;
    stand(shown);
  }
  tell(`${why} Then try again. `, ...(late ? [wayBack(xhr, () => { unsent = asked; })] : []));
};
// What nobody took is written again into its form, once somebody has gone back to it.
const refill = () => {
  const form = unsent && !coming && all("form").find((one) => one.getAttribute("action") === unsent.path);
  if (!form) return;
  for (const one of all("textarea, select, input:not([type=hidden], [type=file], [type=checkbox], [type=radio])", form)) {
    if (!unsent.formData.get(one.name)) continue;
    one.value = unsent.formData.get(one.name);
    one.closest("details")?.setAttribute("open", "");
  }
  unsent = undefined;
};
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    dialog("palette");
    return;
  }
  if (event.ctrlKey && event.key === "Enter") {
    const prove = all("[data-key='Ctrl Enter']")[0];
    if (prove) { event.preventDefault(); if (!event.repeat) prove.click(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (typing(event.target) || kept("single-keys") === "off") return;
  if (Date.now() < deaf) { deaf = Math.max(deaf, Date.now() + 700); return; } // whoever types on rests before a command
  if (coming) {
    if (event.key.length === 1 || event.key === "Enter" || event.key === "Backspace") event.preventDefault();
    if (!/^(Shift|Control|Alt|AltGraph|Meta|CapsLock)$/.test(event.key)) waiting.push({ key: event.key, repeat: event.repeat || !coming.inSight });
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
// What is typed takes the place of the line that stands in a field, as where Tab leads to it.
const enter = (field) => {
  field?.focus();
  if (field?.matches("input")) field.select();
};
// A box is no button to the browser, so its key is a click that we make.
const touch = (one) => one.matches(".box") && one.dispatchEvent(new MouseEvent("click", { bubbles: true }));
const press = (event) => {
  // Enter presses what has the focus, wherever something but the line that is shown has it.
  if (event.key === "Enter" && event.target !== document.body && event.target.closest("a, button, [role=button], summary") && !event.target.matches("[data-look][aria-current]")) {
    return touch(event.target);
  }
  if (event.key === " " && touch(event.target)) return true;
  const found = all(`[data-key="${CSS.escape(event.key)}"]`).find((one) => !one.disabled && one.offsetParent !== null);
  if (!found || elsewhere(found)) return false;
  if (event.repeat && changes(found)) return true;
  if (found.matches("input, textarea, select")) enter(found);
  else found.click();
  // What a key opens is written into at once: the next letters are no commands.
  const fold = found.matches("summary") && found.closest("details[open]");
  if (fold) enter(all("input:not([type=hidden]), textarea", fold)[0] ?? all("select", fold)[0]);
  return true;
};

document.addEventListener("DOMContentLoaded", settle);
if (document.readyState !== "loading") settle();
