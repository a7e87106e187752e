// The dashboard's service worker where there is no other: push messages alone.
importScripts("/push-worker.js");
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
