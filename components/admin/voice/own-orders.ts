const KEPT = "lingfu-own-orders";
const KEPT_MAX = 100;

/** Orders that were taken on this device, newest first. */
function ownOrders(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export const isOwnOrder = (orderId: string): boolean => ownOrders().includes(orderId);

export function noteOwnOrder(orderId: string): void {
  const others = ownOrders().filter((id) => id !== orderId);
  try {
    localStorage.setItem(KEPT, JSON.stringify([orderId, ...others].slice(0, KEPT_MAX)));
  } catch {
    // Without storage nothing is known to be this device's own.
  }
}
