import { EDGE_ORIGIN } from "#lib/testing/edge-fixture.ts";

// Stands in for next/headers and next/navigation in tests that call actions and routes as the browser does.

interface StandingIn {
  readonly cookies: Readonly<Record<string, string>>;
  readonly origin: string;
}

/** The request that is being answered. */
let visit: StandingIn = { cookies: {}, origin: EDGE_ORIGIN };

export async function visiting<Result>(as: StandingIn, work: () => Promise<Result>): Promise<Result> {
  visit = as;
  return work();
}

export const headers = async () =>
  new Headers({
    ...{ origin: visit.origin, host: new URL(EDGE_ORIGIN).host, "accept-language": "en" },
    ...{ "next-action": "1", referer: `${EDGE_ORIGIN}/admin/orders` },
  });

/** What the answers so far have set, for a test to send along. */
export const keptCookies = new Map<string, string>();
export const sentAlong = new Map<string, string>();

export const cookies = async () => ({
  get: (name: string) => {
    const value = visit.cookies[name] ?? sentAlong.get(name);
    return value === undefined ? undefined : { name, value };
  },
  set: (name: string, value: string) => {
    keptCookies.set(name, value);
  },
});

/** Where an action leads to. */
export class Redirected extends Error {
  readonly to: string;
  constructor(to: string) {
    super(`redirected to ${to}`);
    this.to = to;
  }
}

export const redirect = (to: string): never => {
  throw new Redirected(to);
};

export const notFound = (): never => {
  throw new Error("not found");
};
