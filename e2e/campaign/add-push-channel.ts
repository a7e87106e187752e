// run.mjs add-push-channel.ts URL: a channel that tells of every payment and all trouble, as an owner adds it in the dashboard.
import { compose } from "#lib/compose.ts";

const [url = ""] = process.argv.slice(2);
const stopping = new AbortController();
const product = await compose({ process: "cli", stopping: stopping.signal });
await product.notificationChannels.create(
  {
    kind: "webhook",
    choices: {
      ...{ name: "campaign", language: "en", roles: [], amountMin: 0 },
      events: ["payment_received", "refund_done", "payment_trouble", "refund_trouble"],
      ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
    },
    settings: { url },
  },
  "campaign",
);
await product.close();
