// *Find or do*: what this page offers, where it leads, then what the engagement knows of that name.
const all = (query, within = document) => [...within.querySelectorAll(query)];
const said = (one) => [...(one?.childNodes ?? [])].filter((part) => part.nodeName !== "KBD").map((part) => part.textContent).join(" ").trim().replace(/\s+/g, " ");
const offered = () => [
  ...all("main button:not([disabled]), main .btn[href], main .btn[role=button], [data-toast] button").filter((one) => one.offsetParent && !one.matches(".pick") && said(one)).map((one) => ({ kind: "here", text: said(one), to: () => one.click() })),
  ...all(".rail li a, .rail-foot a, main a[href^='/']:not(.btn)").map((one) => ({ kind: "go to", text: said(one.querySelector(".strong") ?? one), about: said(one.querySelector(".sub")), to: one.getAttribute("href") })),
].filter(({ text }, at, list) => text && list.findIndex((other) => other.text === text) === at);
let asking = 0;
const list = (entries) => all("[data-found]")[0].replaceChildren(...entries.slice(0, 14).map(({ kind, text, about, to }) => {
  const item = document.createElement("li"), act = document.createElement(typeof to === "string" ? "a" : "button");
  if (typeof to === "string") act.href = to;
  else act.addEventListener("click", () => { all("#palette")[0].close(); to(); });
  act.append(...[[kind, "faint"], [text, "clip"], [about ?? "", "faint clip"]].filter(([words]) => words).flatMap(([words, looks]) => {
    const part = document.createElement("bdi");
    part.className = looks;
    part.textContent = words;
    return [part, " "];
  }));
  item.append(act);
  return item;
}));
const find = async () => {
  const typed = all("[data-palette]")[0].value.trim(), wanted = typed.toLowerCase(), now = ++asking;
  const here = offered().filter(({ text, about }) => `${text} ${about ?? ""}`.toLowerCase().includes(wanted));
  list(here);
  all("[data-nothing]")[0].hidden = true;
  await new Promise((done) => setTimeout(done, typed ? 120 : 0));
  const answer = now === asking && (await fetch(`/find.json?q=${encodeURIComponent(typed)}`).catch(() => undefined));
  if (!answer?.ok || now !== asking) return;
  const known = (await answer.json()).found.map((one) => ({ ...one, to: one.href }));
  const hits = [...here.filter(({ to }) => !known.some((one) => one.to === to)).slice(0, typed ? 6 : 7), ...known];
  list(hits);
  all("[data-nothing]")[0].hidden = hits.length > 0;
  all("[data-hits]")[0].hidden = !hits.length;
};
document.addEventListener("input", ({ target }) => { if (target.matches?.("[data-palette]")) find(); });
document.addEventListener("keydown", (event) => {
  const palette = event.target.closest?.("#palette");
  if (!palette) return;
  const rows = all("[data-found] :is(a, button)", palette), at = rows.indexOf(document.activeElement), field = all("[data-palette]")[0];
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way) { event.preventDefault(); (rows[Math.min(at + way, rows.length - 1)] ?? field).focus(); }
  else if (event.key === "Enter" && event.target === field && rows.length) { event.preventDefault(); rows[0].click(); }
});
