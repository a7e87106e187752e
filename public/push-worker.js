// Push messages and what a touch on them opens: a part of the dashboard's service worker, sw.js.

self.addEventListener("push", (event) => {
  let message = {};
  try {
    message = event.data.json();
  } catch {
    // Browsers want to see a notification for each push, whatever it holds.
  }
  const { id = "lingfu", title = "灵付", body = "", link = "/admin", level = "news" } = message;
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      // A repeat replaces what it repeats.
      tag: id,
      icon: "/icon-180.png",
      requireInteraction: level === "critical",
      data: { link },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.link ?? "/admin", self.location.origin);
  // Only to pages of our own.
  const link = target.origin === self.location.origin ? target.href : `${self.location.origin}/admin`;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((windows) => {
      const open = windows.find((each) => new URL(each.url).pathname.startsWith("/admin"));
      if (open === undefined) return self.clients.openWindow(link);
      return open
        .focus()
        .then((focused) => focused.navigate(link))
        .catch(() => self.clients.openWindow(link));
    }),
  );
});
