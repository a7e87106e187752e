import * as http from "node:http";
import * as https from "node:https";
import type { Notice } from "../books/records.ts";
import { SECOND_MS } from "../clock.ts";

export type NoticeDraft = Omit<Notice, "state" | "nextAt" | "tries">;

export interface NoticeMessage {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The merchant's answer: the HTTP status, or the error instead of it. */
export interface NoticeReply {
  readonly result: number | string;
  readonly body: string;
}

/** The faults that a notice of each version can have. */
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
  /** How many messages were written before. */
  readonly count: number;
}

/** For the merchant's whole answer, as at WeChat Pay. */
const ANSWER_TIMEOUT_MS = 5 * SECOND_MS;

/** A right answer has about 100 characters. */
const REPLY_BYTES_MAX = 4_096;

/** Posts notices. Follows no redirects. */
export class NoticeClient {
  // A new connection each time: the merchant may close a kept one at the moment of its use, and then the notice would
  // have to wait for its next try.
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
