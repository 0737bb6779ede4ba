// Logs off when the last page of Switchboard in this browser has been closed. It answers no
// request and keeps nothing.
const RELOAD = 3000; // ms in which a page that is only reloaded comes back

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(farewell(event.data)));

async function farewell(path) {
  const mxml = new URL(path, self.registration.scope);
  if (mxml.origin !== self.location.origin) return;
  await new Promise((done) => setTimeout(done, RELOAD));
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.some((page) => page.url.startsWith(self.registration.scope))) return;
  await fetch(mxml, {
    method: "POST",
    body: "Action=Logoff",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  }).catch(() => {}); // the server may be gone as well
}
