"use client";

import { useSyncExternalStore } from "react";

/** Whether the questions of this page are being answered. */
interface Contact {
  /** When the last one was answered; null before the first. */
  readonly answeredAt: number | null;
  readonly isLost: boolean;
}

/** One failure is a lift door; two in a row are an outage. */
const LOST_AFTER_FAILURES = 2;

let contact: Contact = { answeredAt: null, isLost: false };
let failures = 0;
const listeners = new Set<() => void>();

function change(next: Contact): void {
  contact = next;
  for (const listener of listeners) listener();
}

export function noteAnswer(at: number): void {
  failures = 0;
  // What is shown changes only when contact is lost or found again.
  if (contact.isLost) change({ answeredAt: at, isLost: false });
  else contact = { ...contact, answeredAt: at };
}

export function noteFailure(): void {
  failures += 1;
  if (failures === LOST_AFTER_FAILURES) change({ ...contact, isLost: true });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
const REACHED: Contact = { answeredAt: null, isLost: false };

export const readContact = (): Contact => contact;
export const useContact = (): Contact => useSyncExternalStore(subscribe, readContact, () => REACHED);
