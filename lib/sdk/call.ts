import { OPERATIONS } from "./operations.ts";
import type { CallOptions, RequestToSend, Send } from "./send.ts";
import type { AnswerOf, BodyOf, OperationId, Page, QueryOf } from "./types.ts";

interface Wanted<Id extends OperationId> extends CallOptions {
  /** What stands in the path, by name. */
  readonly in?: Readonly<Record<string, string>>;
  readonly query?: QueryOf<Id> | undefined;
  readonly body?: BodyOf<Id> | undefined;
}

type ItemOf<Id extends OperationId> = AnswerOf<Id> extends { data: (infer Item)[] } ? Item : never;

export interface Calls {
  call<Id extends OperationId>(id: Id, wanted?: Wanted<Id>): Promise<AnswerOf<Id>>;
  /** A call that answers with a file. */
  download<Id extends OperationId>(id: Id, wanted?: Wanted<Id>): Promise<Uint8Array>;
  /** Every item of a list, page after page. */
  all<Id extends OperationId>(id: Id, wanted?: Wanted<Id>): AsyncGenerator<ItemOf<Id>>;
}

export function createCalls(send: Send): Calls {
  const call: Calls["call"] = async (id, wanted = {}) => {
    const response = await send(requestOf(id, wanted));
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as AnswerOf<typeof id>;
  };
  return {
    call,
    async download(id, wanted = {}) {
      return new Uint8Array(await (await send(requestOf(id, wanted))).arrayBuffer());
    },
    async *all<Id extends OperationId>(id: Id, wanted: Wanted<Id> = {}) {
      for (let cursor: string | undefined; ; ) {
        const query = { ...wanted.query, ...(cursor === undefined ? {} : { cursor }) } as QueryOf<Id>;
        const page = (await call(id, { ...wanted, query })) as Page<ItemOf<Id>>;
        yield* page.data;
        if (page.nextCursor === null) return;
        cursor = page.nextCursor;
      }
    },
  };
}

function requestOf<Id extends OperationId>(id: Id, { in: inPath = {}, query, body, ...options }: Wanted<Id>) {
  const [method, template] = OPERATIONS[id];
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, inPath[name]));
  const request: RequestToSend = { ...options, method, target: path + searchOf(query ?? {}), body };
  return request;
}

/** An empty id, or one of dots, would name another address. */
function segmentOf(name: string, value: string | undefined): string {
  if (value === undefined || /^\.{0,2}$/.test(value)) throw new TypeError(`${name} is missing`);
  return encodeURIComponent(value);
}

function searchOf(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    search.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
