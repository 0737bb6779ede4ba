// The first script of the page: shows the log-in form where one will be wanted, before the module
// is there, and loads the module, which takes the form over. One module is the page, the other the
// set-up check (`?doctor`).
const tag = document.querySelector("script[data-js]");
const query = new URLSearchParams(location.search);
const asksFor = (name) => !["0", "no", "false", null].includes(query.get(name));
const which = asksFor("doctor") ? "doctor" : "";
const url = (name) => new URL(tag.getAttribute(`data-${which}${name}`), document.baseURI);

start().catch((error) => {
  whenRead(showBroken);
  throw error;
});
// With a cookie there may be a session, and a board; in a frame it is not known yet who may frame.
if (!which && parent === window && !asksFor("embed") && !/\bmansession_id=/.test(document.cookie)) {
  whenRead(showForm);
}

function whenRead(then) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", then);
  else then();
}

// A part did not arrive, or the browser refuses modules.
function showBroken() {
  document.getElementById("broken").hidden = false;
  document.querySelector("#early .connection")?.remove();
  const button = document.querySelector("#early button");
  if (!button) return;
  button.removeAttribute("aria-busy");
  button.setAttribute("aria-disabled", "true");
  button.disabled = true;
}

// A fault has stopped the module, for good: what it was changing stays half changed. What it has
// drawn becomes a picture of itself, so that nothing of it is taken for the truth, or can be pressed.
addEventListener("error", (event) => isFatal(event.error) && stop());
addEventListener("unhandledrejection", (event) => isFatal(event.reason) && stop());
addEventListener("switchboard-stopped", () => setTimeout(showStopped));

function isFatal(error) {
  if (error instanceof WebAssembly.RuntimeError) return true;
  // An error of the browser's that went right through the module; not one that was let in too late.
  const through = /wasm-function|\[wasm code\]|wasm:\/\//.test(error?.stack);
  return through && !/closure invoked/.test(error.message);
}

function stop() {
  dispatchEvent(new Event("switchboard-stopped"));
}

function showStopped() {
  const alarm = document.getElementById("stopped");
  if (!alarm.hidden) return;
  const page = document.querySelector("body > .page:not([hidden])");
  const picture = page?.cloneNode(true);
  const parts = (of) => [...(of?.querySelectorAll("*") ?? [])];
  const scrolled = parts(page).map((part) => part.scrollTop);
  const main = picture?.querySelector("main") ?? document.body;
  const lamp = picture?.querySelector(".connection");
  page?.replaceWith(picture);
  parts(picture).forEach((part, at) => (part.scrollTop = scrolled[at]));
  for (const part of picture?.querySelectorAll("main > *, .tools > *, footer > *") ?? []) {
    part.inert = true;
  }
  for (const field of picture?.querySelectorAll("[type=password]") ?? []) field.value = "";
  if (lamp) {
    lamp.className = "connection connection-cut";
    const words = lamp.lastElementChild;
    words.textContent = words.title = alarm.querySelector("strong").textContent;
  }
  document.getElementById("broken").hidden = true;
  document.title = `(!) ${document.title.replace(/^\(.*?\) /, "")}`;
  alarm.hidden = false;
  main.prepend(alarm);
}

function showForm() {
  const early = document.getElementById("early");
  if (!early) return; // the module was quicker
  const form = early.querySelector("form");
  const button = form.querySelector("button");
  early.querySelector("bdi").textContent = location.hostname || document.title;
  // Pressed before the module is there: it is marked, and the module does it.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.taken) return;
    const empty = [form.username, form.secret].find((field) => !field.value.trim());
    if (empty) return empty.focus();
    form.dataset.asked = "yes";
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
  });
  early.hidden = false;
  form.username.focus();
}

async function start() {
  const [module, { default: init }] = await Promise.all([fetchModule(), import(url("js"))]);
  await init({ module_or_path: module });
}

// Asterisk compresses nothing, so the build has. The file is not called `.gz`: some servers and
// proxies have a browser unpack what ends so, and it would be unpacked twice.
async function fetchModule() {
  const answer = await fetch(url("wasm"));
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  const packed = answer.url.endsWith(".gzip");
  const bytes = packed ? answer.body.pipeThrough(new DecompressionStream("gzip")) : answer.body;
  // Asterisk says another type, and compilation streams only with this one.
  return new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
}
