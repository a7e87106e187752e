import { isIP } from "node:net";

/** Where passkeys of this shop work. They belong to a host name and are never sent to another. */
export interface PasskeySite {
  /** The host name of PUBLIC_URL. */
  readonly rpId: string;
  readonly origin: string;
  /** Why browsers would refuse: no https (this machine itself excepted), or an address without a name. */
  readonly problem: "needs_https" | "needs_name" | null;
}

/** @param publicUrl the origin of this deployment, which stays the same behind any proxy */
export function passkeySite(publicUrl: string): PasskeySite {
  const { hostname: rpId, protocol, origin } = new URL(publicUrl);
  const isHere = rpId === "localhost" || rpId.endsWith(".localhost");
  if (isIP(rpId.replace(/^\[|\]$/g, "")) !== 0) return { rpId, origin, problem: "needs_name" };
  return { rpId, origin, problem: protocol === "https:" || isHere ? null : "needs_https" };
}
