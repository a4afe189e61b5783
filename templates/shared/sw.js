{% load static %}/* 只缓存外壳(样式、脚本、图标、断网页);办件内容从不缓存。 */
const SHELL = [
  "{% url "shell:offline" %}",
  "{% static "portal/css/tokens.css" %}",
  "{% static "portal/css/dark.css" %}",
  "{% static "portal/css/base.css" %}",
  "{% static "portal/css/components.css" %}",
  "{% static "portal/css/hall.css" %}",
  "{% static "portal/css/hall-pages.css" %}",
  "{% static "portal/js/hall.js" %}",
  "{% static "portal/icons.svg" %}",
  "{% static "portal/icon.svg" %}",
];
const CACHE = "shell-1";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (keys) => Promise.all(keys.filter((key) => key !== CACHE).map((key) => caches.delete(key)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(SHELL[0])));
  } else if (SHELL.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
