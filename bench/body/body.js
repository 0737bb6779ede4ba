// Works off one recorded body again and again: by DOMParser alone, and by Switchboard's core from
// bytes to model. They take turns; each time a fresh console takes the body.
// Asterisk calls the module text/wasm, which browsers refuse to compile while it streams.
const { default: init, Waiting } = await import("./core.js");
const module = await fetch(new URL("core_bg.wasm", import.meta.url));
await init({ module_or_path: await module.arrayBuffer() });
const body = new Uint8Array(await (await fetch(new URL("body.xml", import.meta.url))).arrayBuffer());

const rest = () => new Promise((rested) => setTimeout(rested, 20));
const timed = (work) => {
  const begun = performance.now();
  const result = work();
  return [performance.now() - begun, result];
};

function dom() {
  const [decode, text] = timed(() => new TextDecoder().decode(body));
  const [parse, tree] = timed(() => new DOMParser().parseFromString(text, "text/xml"));
  const events = tree.querySelectorAll("generic[event]").length;
  const wrong = tree.querySelector("parsererror")?.textContent ?? null;
  return { decode, parse, events, wrong };
}

function core() {
  const console = new Waiting();
  // The page takes the bytes as they come, piece by piece.
  const slices = [timed(() => console.reply(body))[0]];
  let more = true;
  while (more) {
    const begun = performance.now();
    do more = console.work();
    while (more && performance.now() - begun < Waiting.slice());
    slices.push(performance.now() - begun);
  }
  const [commit, rows] = timed(() => console.commit());
  const channels = console.channels();
  console.free();
  const all = slices.reduce((sum, slice) => sum + slice, 0);
  return { all, longest: Math.max(...slices), slices: slices.length, commit, rows, channels };
}

// Half of the body, so that channels are left: both must know the same ones.
function check() {
  const text = new TextDecoder().decode(body);
  const end = "</response>\n";
  const half = text.slice(0, text.lastIndexOf(end, text.length / 2) + end.length) + "</ajax-response>\n";
  const ids = new Set();
  for (const event of new DOMParser().parseFromString(half, "text/xml").querySelectorAll("generic[event]")) {
    if (event.getAttribute("event") === "Newchannel") ids.add(event.getAttribute("uniqueid"));
    if (event.getAttribute("event") === "Hangup") ids.delete(event.getAttribute("uniqueid"));
  }
  const console = new Waiting();
  console.reply(new TextEncoder().encode(half));
  while (console.work());
  const channels = console.channels();
  console.free();
  return { told: ids.size, channels };
}

window.compare = async (times) => {
  const [doms, cores] = [[], []];
  dom();
  core();
  for (let time = 0; time < times; time++) {
    await rest();
    doms.push(dom());
    await rest();
    cores.push(core());
  }
  return { bytes: body.length, doms, cores, half: check() };
};
