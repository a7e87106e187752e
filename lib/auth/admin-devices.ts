import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { ADMIN_DEVICES_PER_BROWSER } from "#lib/base/limits.ts";

// Devices that signed in before, by an authenticated cookie (OWASP: "Slow Down Online Guessing Attacks with Device Cookies").
// Such a device has a counter of its own, so that wrong tries from elsewhere cannot keep its owner out. The cookie opens
// nothing: password and code are asked for as always.

/** The owner of the device. With another password the cookie is void, so cookies cannot be collected for later guesses. */
export interface DeviceOwner {
  readonly id: string;
  readonly passwordHash: string | null;
}

export interface Devices {
  /** The device by which this person signed in before with the password of now; null for any other. */
  find(cookie: string | undefined, owner: DeviceOwner): string | null;
  /**
   * The cookie's next value, which names this person's device as well.
   * @param before the same person with the password of before, whose entry is replaced
   */
  remember(cookie: string | undefined, owner: DeviceOwner, before?: DeviceOwner): string;
}

const DEVICE_BYTES = 16;
const ENTRY_FORM = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

interface Entry {
  readonly device: string;
  readonly mac: string;
}

export function createDevices(key: Uint8Array): Devices {
  const macOf = (device: string, { id, passwordHash }: DeviceOwner): string =>
    createHmac("sha256", key)
      .update(JSON.stringify([device, id, passwordHash]))
      .digest("base64url");
  const isOf = ({ device, mac }: Entry, owner: DeviceOwner): boolean =>
    timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(device, owner)));
  const find = (cookie: string | undefined, owner: DeviceOwner): string | null =>
    readEntries(cookie).find((entry) => isOf(entry, owner))?.device ?? null;
  return {
    find,
    remember(cookie, owner, before = owner) {
      const device = find(cookie, before) ?? randomBytes(DEVICE_BYTES).toString("base64url");
      const others = readEntries(cookie).filter((entry) => !isOf(entry, before));
      return [{ device, mac: macOf(device, owner) }, ...others]
        .slice(0, ADMIN_DEVICES_PER_BROWSER)
        .map((entry) => `${entry.device}.${entry.mac}`)
        .join("~");
    },
  };
}

function readEntries(cookie = ""): Entry[] {
  return cookie.split("~", ADMIN_DEVICES_PER_BROWSER).flatMap((text) => {
    const [, device, mac] = ENTRY_FORM.exec(text) ?? [];
    return device === undefined || mac === undefined ? [] : [{ device, mac }];
  });
}
