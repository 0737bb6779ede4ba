// Scrolls through the table from top to bottom and gathers the rows that come into sight.
const done = arguments[arguments.length - 1];
const seen = new Set();
const scrolls = (element) =>
  element.scrollHeight > element.clientHeight && getComputedStyle(element).overflowY !== "visible";
let box = channels();
while (box && !scrolls(box)) box = box.parentElement;
box ??= document.scrollingElement;
const frame = () => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
const gather = async () => {
  for (let top = 0; ; top += Math.max(100, box.clientHeight / 2)) {
    box.scrollTop = top;
    await frame();
    await frame();
    for (const row of board().rows) seen.add(row.uniqueid);
    if (top + box.clientHeight >= box.scrollHeight) break;
  }
  box.scrollTop = 0;
  await frame();
  return [...seen];
};
gather().then(done);
