import * as http from "node:http";
import * as https from "node:https";
import { SECOND_MS } from "#lib/base/time.ts";
import type { Message } from "./protocol/notices.ts";

/** WeChat waits this long for a merchant's whole answer. */
const ANSWER_TIMEOUT_MS = 5 * SECOND_MS;

/** Carries notices. Follows no redirects and reads no answers beyond their status. */
export class Courier {
  // A fresh connection each time: a kept one may be closed by the merchant in the very moment it is used again, and the
  // notice would be late by a whole wait for nothing.
  readonly #agents = { "http:": new http.Agent(), "https:": new https.Agent() };

  /** @returns the HTTP status, or one word for what came instead */
  post(url: string, { headers, body }: Message): Promise<number | string> {
    return new Promise((resolve) => {
      const secure = url.startsWith("https:");
      const request = (secure ? https : http).request(url, {
        method: "POST",
        agent: this.#agents[secure ? "https:" : "http:"],
        headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
      });
      const timer = setTimeout(() => {
        resolve("timeout");
        request.destroy();
      }, ANSWER_TIMEOUT_MS);
      const end = (result: number | string) => {
        clearTimeout(timer);
        resolve(result);
      };
      request.on("response", (response) => {
        response.on("end", () => end(response.statusCode ?? 0));
        response.on("error", () => end("broken answer"));
        response.resume();
      });
      request.on("error", (cause: NodeJS.ErrnoException) => end(cause.code ?? "error"));
      request.end(body);
    });
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}
