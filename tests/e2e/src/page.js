// Shared by the scripts that look at the page: controls by role and name, as a person has them.
const squeeze = (text) => text.replace(/\s+/g, " ").trim();
const text = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  return [...node.childNodes].map(text).join("");
};
const words = (element) => squeeze(text(element));
const byId = (ids) => squeeze(ids.split(" ").map((id) => words(document.getElementById(id) ?? document.createTextNode(""))).join(" "));
const named = (element) => {
  const by = element.getAttribute("aria-labelledby");
  if (by) return byId(by);
  const label = element.getAttribute("aria-label");
  if (label !== null) return label;
  return words(element.labels?.[0] ?? element);
};
const there = (element) =>
  element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0;
const controls = (selector, name, within) =>
  [...document.querySelectorAll(within)]
    .flatMap((scope) => [...scope.querySelectorAll(selector)])
    .filter((element) => there(element) && (name === null || named(element) === name));
const channels = () => controls("table, [role=grid], [role=table]", "Channels", "body")[0];
const board = () => {
  const grid = channels();
  if (!grid) return null;
  const heads = [...grid.querySelectorAll("th, [role=columnheader]")].map(words);
  const rows = [...grid.querySelectorAll("[data-uniqueid]")].map((row) => ({
    uniqueid: row.dataset.uniqueid,
    located: [...row.querySelectorAll("td, [role=gridcell]")].some((cell, at) => heads[at] === "Location" && there(cell)),
    cells: Object.fromEntries(
      [...row.querySelectorAll("td, [role=gridcell]")].map((cell, at) => [heads[at], words(cell)]),
    ),
  }));
  const told = grid.getAttribute("aria-rowcount");
  // A row that has ended stays while a hand rests on the board, and the driver's pointer does.
  const living = rows.filter((row) => !row.cells.State?.endsWith(", ended"));
  const count = told === null ? rows.length : Number(told) - 1;
  return { heads, rows: living, count: count - (rows.length - living.length) };
};
