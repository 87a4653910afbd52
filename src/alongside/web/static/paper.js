// A page of a document: its boxes and the fields that used them light up together, and how large it is shown.
const all = (query, within = document) => [...within.querySelectorAll(query)];
const on = (kind, query, handle) =>
  document.addEventListener(kind, (event) => {
    const found = event.target instanceof Element && event.target.closest(query);
    if (found) handle(found, event);
  }, kind === "focusin" || kind === "focusout" ? true : undefined);

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
// A field is selected by its whole row, but for what does something of its own there, or text that is being marked.
on("click", "tr:has(.pickfield)", (row, event) => {
  const marks = event.detail > 1 || !getSelection().isCollapsed || event.ctrlKey || event.metaKey || event.shiftKey;
  const name = all(".pickfield", row)[0];
  if (!marks && !name.hasAttribute("aria-current") && !event.target.closest("a, button, summary")) name.click();
});
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
  lay();
});

// The box in question is in the middle of a pane that shows a part of its page.
const centre = () => all(".zoom, .closeup, .look").forEach((pane) => {
  const box = (pane.querySelector(".box[data-on]") ?? pane.querySelector(".box"))?.getBoundingClientRect(), own = pane.getBoundingClientRect();
  if (box) pane.scrollBy(box.x - own.x - (own.width - box.width) / 2, box.y - own.y - (own.height - box.height) / 2);
});

const lay = () => {
  zoom();
  centre();
};
document.addEventListener("htmx:afterSettle", lay);
document.addEventListener("htmx:historyRestore", lay);
lay();
