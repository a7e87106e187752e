import type { Answer } from "./call.ts";

type Headers = Answer["headers"];

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

export const json = (status: number, value: unknown, headers: Headers = {}): Answer =>
  jsonText(status, JSON.stringify(value), headers);

/** JSON that is a text already. */
export const jsonText = (status: number, body: string, headers: Headers = {}): Answer => ({
  status,
  headers: { ...JSON_HEADERS, ...headers },
  body,
});

export const noContent = (headers: Headers = {}): Answer => ({
  status: 204,
  headers: { "cache-control": "no-store", ...headers },
  body: null,
});

export const text = (status: number, body: string, headers: Headers = {}): Answer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  body,
});

/** 303: whatever was asked, go there with GET. */
export const redirect = (location: string, headers: Headers = {}): Answer => ({
  status: 303,
  headers: { location, "cache-control": "no-store", ...headers },
  body: null,
});
