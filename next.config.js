/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm test`; the build of a start need not wait for them again.
  typescript: { ignoreBuildErrors: true },
  // They load files of their own at run time, so they stay what they are outside the bundle.
  serverExternalPackages: ["pg", "pdfkit", "pino", "prom-client", "graphile-worker"],
  // Nothing of ours is optimised by it: off, it neither fetches nor computes (our own server answers 404 before it).
  images: { unoptimized: true },
  // lib/bin/web/page-rules.ts refuses earlier; this much also holds under plain `next start`.
  experimental: {
    serverActions: { bodySizeLimit: 327_680 },
    // A page of the dashboard is loaded when somebody opens it; all of them at the start take 90 MB that a shop may never need.
    preloadEntriesOnStart: false,
  },
  // Our own server says more (lib/bin/web/security-headers.ts); this much also holds under plain `next start`.
  async headers() {
    const headers = [
      { key: "X-Content-Type-Options", value: "nosniff" },
      { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
    ];
    return [{ source: "/:path*", headers }];
  },
  // Another project's lockfile further up must not be taken for ours.
  turbopack: { root: import.meta.dirname },
};
