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
    lamp.lastElementChild.textContent = alarm.querySelector("strong").textContent;
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
  const module = fetch(url("wasm")).then(async (answer) => {
    if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
    const packed = answer.url.endsWith(".lzma");
    const bytes = packed ? styled(unpack(new Uint8Array(await answer.arrayBuffer()))) : answer.body;
    // Asterisk sends `.wasm` as text/wasm; compilation streams only with this type.
    return new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
  });
  const { default: init } = await import(url("js"));
  await init({ module_or_path: module });
}

// Behind the module stands the style of what the module draws: it is of no use before.
function styled(bytes) {
  const end = bytes.length - tag.dataset.style;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(new TextDecoder().decode(bytes.subarray(end)));
  document.adoptedStyleSheets = [sheet];
  return joined(bytes);
}

// Puts the module together from its streams, which are as `xtask/src/pack/streams.rs` has them.
function joined(bytes) {
  const [rest, code, get, set, load, store, small, large, call, other] = Array(10).keys();
  const single = [0x0c, 0x0d, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0xd0, 0xd2];
  const view = new DataView(bytes.buffer);
  const from = [44];
  for (let i = 0; i < 9; i++) from.push(from[i] + view.getUint32(4 * i + 4, true));
  const module = new Uint8Array(view.getUint32(0, true));
  let done = 0;
  const copy = (stream, count) => {
    while (count--) module[done++] = bytes[from[stream]++];
    return module[done - 1];
  };
  const number = (stream) => {
    let value = 0;
    let byte;
    let shift = 0;
    do {
      byte = copy(stream, 1);
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    return value;
  };
  const numbers = (stream, count) => {
    while (count--) number(stream);
  };
  const tell = (value) => {
    for (; value > 127; value >>= 7) module[done++] = (value & 127) | 128;
    module[done++] = value;
  };
  // The locals of a function, the one named last first; those behind them are in order.
  let recent;
  const named = (place) => {
    const local = recent[place];
    for (; place; place--) recent[place] = recent[place - 1];
    recent[0] = local;
    return local;
  };
  const upTo = (last) => {
    while (recent.length <= last) recent.push(recent.length);
  };
  copy(rest, 8);
  while (number(rest) !== 10) copy(rest, number(rest));
  number(rest);
  for (let functions = number(rest); functions; functions--) {
    const begin = done;
    numbers(rest, 2 * number(rest));
    recent = [];
    for (let depth = 1; depth; ) {
      const op = copy(code, 1);
      if (op >= 0x28 && op <= 0x3e) {
        done++; // how it is aligned: not at all
        number(op < 0x36 ? load : store);
      } else if (op === 0x20) {
        const at = done;
        const place = number(get);
        done = at;
        upTo(place);
        tell(named(place));
      } else if (op === 0x21 || op === 0x22) {
        const local = number(set);
        upTo(local);
        named(recent.indexOf(local));
      } else if (op === 0x10) number(call);
      else if (op === 0x41) number(small);
      else if (op === 0x42) number(large);
      else if (op === 0x43 || op === 0x44) copy(large, (op - 0x42) * 4);
      else if (op >= 0x02 && op <= 0x04) depth++, number(code);
      else if (op === 0x0b) depth--;
      else if (op === 0x0e) numbers(other, number(other) + 1);
      else if (op === 0x1c) numbers(other, number(other));
      else if (op === 0x11) numbers(other, 2);
      else if (op === 0xfc) {
        const which = number(code);
        if (which > 7) numbers(other, 2 - (which & 1));
      } else if (single.includes(op)) number(other);
    }
    // Its length stands before it.
    const end = done;
    tell(end - begin);
    const told = module.slice(end, done);
    module.copyWithin(begin + told.length, begin, end);
    module.set(told, begin);
  }
  copy(rest, module.length - done);
  return module;
}

// Asterisk compresses nothing, and no format that every browser unpacks (gzip) comes near LZMA.
// This is the decoder of its specification, for a file with the length in its head.
function unpack(input) {
  const view = new DataView(input.buffer, input.byteOffset);
  const output = new Uint8Array(view.getUint32(5, true));
  const lc = input[0] % 9;
  const lp = ((input[0] / 9) | 0) % 5;
  const pb = (input[0] / 45) | 0;
  const even = (count) => new Uint16Array(count).fill(1024);
  // Range and code: an array, so that they are never boxed.
  const coder = new Uint32Array([-1, view.getUint32(14)]);
  let at = 18;
  const bit = (odds, which) => {
    const chance = odds[which];
    const bound = (coder[0] >>> 11) * chance;
    const one = coder[1] >= bound;
    if (one) {
      coder[0] -= bound;
      coder[1] -= bound;
      odds[which] = chance - (chance >> 5);
    } else {
      coder[0] = bound;
      odds[which] = chance + ((2048 - chance) >> 5);
    }
    if (coder[0] < 0x1000000) {
      coder[0] <<= 8;
      coder[1] = (coder[1] << 8) | input[at++];
    }
    return one ? 1 : 0;
  };
  const tree = (odds, base, bits) => {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | bit(odds, base + node);
    return node - (1 << bits);
  };
  const reverse = (odds, base, bits) => {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const one = bit(odds, base + node);
      node = (node << 1) | one;
      value |= one << i;
    }
    return value;
  };
  const lengths = () => ({ choice: even(2), low: even(128), middle: even(128), high: even(256) });
  const length = (of, place) => {
    if (!bit(of.choice, 0)) return 2 + tree(of.low, place << 3, 3);
    if (!bit(of.choice, 1)) return 10 + tree(of.middle, place << 3, 3);
    return 18 + tree(of.high, 0, 8);
  };
  const literals = even(0x300 << (lc + lp));
  const isMatch = even(192);
  const isRep = even(12);
  const isRep0 = even(12);
  const isRep1 = even(12);
  const isRep2 = even(12);
  const isLong = even(192);
  const slots = even(256);
  const middles = even(115);
  const aligned = even(16);
  const matched = lengths();
  const repeated = lengths();
  let state = 0;
  let rep0 = 1;
  let rep1 = 1;
  let rep2 = 1;
  let rep3 = 1;
  let done = 0;
  while (done < output.length) {
    const place = done & ((1 << pb) - 1);
    const here = (state << 4) | place;
    if (!bit(isMatch, here)) {
      const before = done ? output[done - 1] : 0;
      const base = 0x300 * (((done & ((1 << lp) - 1)) << lc) | (before >> (8 - lc)));
      let byte = 1;
      if (state >= 7) {
        let old = output[done - rep0];
        while (byte < 0x100) {
          const expected = old >> 7;
          old = (old << 1) & 0xff;
          const one = bit(literals, base + ((1 + expected) << 8) + byte);
          byte = (byte << 1) | one;
          if (one !== expected) break;
        }
      }
      while (byte < 0x100) byte = (byte << 1) | bit(literals, base + byte);
      output[done++] = byte;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count;
    if (bit(isRep, state)) {
      if (!bit(isRep0, state)) {
        if (!bit(isLong, here)) {
          state = state < 7 ? 9 : 11;
          output[done] = output[done - rep0];
          done++;
          continue;
        }
      } else {
        let distance = rep1;
        if (bit(isRep1, state)) {
          distance = rep2;
          if (bit(isRep2, state)) {
            distance = rep3;
            rep3 = rep2;
          }
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = distance;
      }
      count = length(repeated, place);
      state = state < 7 ? 8 : 11;
    } else {
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      count = length(matched, place);
      state = state < 7 ? 7 : 10;
      const slot = tree(slots, Math.min(count - 2, 3) << 6, 6);
      rep0 = slot;
      if (slot > 3) {
        const bits = (slot >> 1) - 1;
        rep0 = (2 | (slot & 1)) << bits;
        if (slot < 14) {
          rep0 += reverse(middles, rep0 - slot, bits);
        } else {
          let direct = 0;
          for (let i = 4; i < bits; i++) {
            coder[0] >>>= 1;
            const one = coder[1] >= coder[0];
            if (one) coder[1] -= coder[0];
            direct = (direct << 1) | one;
            if (coder[0] < 0x1000000) {
              coder[0] <<= 8;
              coder[1] = (coder[1] << 8) | input[at++];
            }
          }
          rep0 += (direct << 4) + reverse(aligned, 0, 4);
        }
      }
      rep0++;
    }
    if (rep0 > done) throw new Error("the module is damaged");
    for (const end = Math.min(done + count, output.length); done < end; done++) {
      output[done] = output[done - rep0];
    }
  }
  return output;
}
