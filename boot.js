// Loads the module Trunk names in this script's own tag.
const tag = document.querySelector("script[data-wasm]");
const url = (name) => new URL(tag.dataset[name], document.baseURI);
const module = fetch(url("wasm")).then((answer) => {
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  // Asterisk sends `.wasm` as text/wasm; compilation streams only with this type.
  return new Response(answer.body, { headers: { "Content-Type": "application/wasm" } });
});
const { default: init } = await import(url("js"));
await init({ module_or_path: module });
