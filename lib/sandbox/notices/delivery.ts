import * as http from "node:http";
import * as https from "node:https";
import type { Notice } from "../books/records.ts";
import { SECOND_MS } from "../clock.ts";

export type NoticeDraft = Omit<Notice, "state" | "nextAt" | "tries">;

export interface NoticeMessage {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What the merchant said: the HTTP status, or one word for what came instead. */
export interface NoticeReply {
  readonly result: number | string;
  readonly body: string;
}

/** What can be wrong with a notice of each form. */
export const NOTICE_FAULTS_V3 = [
  "badSignature",
  "probe",
  "oldTimestamp",
  "otherSerial",
  "badCiphertext",
  "unknownFields",
] as const;
export const NOTICE_FAULTS_V2 = [
  "badSignature",
  "otherSerial",
  "badCiphertext",
  "unknownFields",
  "otherSignType",
] as const;
export type NoticeFault = (typeof NOTICE_FAULTS_V3)[number] | (typeof NOTICE_FAULTS_V2)[number];

export interface NoticeWriting {
  readonly notice: Notice;
  readonly faults: ReadonlySet<NoticeFault>;
  /** How many were written before. */
  readonly count: number;
}

/** WeChat waits this long for a merchant's whole answer. */
const ANSWER_TIMEOUT_MS = 5 * SECOND_MS;

/** What may be kept of an answer: a right one has about 100 characters. */
const REPLY_BYTES_MAX = 4_096;

/** Carries notices. Follows no redirects. */
export class NoticeClient {
  // A fresh connection each time: a kept one may be closed by the merchant in the very moment it is used again, and the
  // notice would be late by a whole wait for nothing.
  readonly #agents = { "http:": new http.Agent(), "https:": new https.Agent() };

  post(url: string, { headers, body }: NoticeMessage): Promise<NoticeReply> {
    return new Promise((resolve) => {
      const secure = url.startsWith("https:");
      const request = (secure ? https : http).request(url, {
        method: "POST",
        agent: this.#agents[secure ? "https:" : "http:"],
        headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
      });
      const timer = setTimeout(() => {
        resolve({ result: "timeout", body: "" });
        request.destroy();
      }, ANSWER_TIMEOUT_MS);
      const end = (result: number | string, body = "") => {
        clearTimeout(timer);
        resolve({ result, body });
      };
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size <= REPLY_BYTES_MAX) chunks.push(chunk);
        });
        response.on("end", () => end(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8")));
        response.on("error", () => end("broken answer"));
      });
      request.on("error", (cause: NodeJS.ErrnoException) => end(cause.code ?? "error"));
      request.end(body);
    });
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}
