"use client";

import { startTransition, useActionState, useEffect, useState } from "react";
import { type FormAction, FRESH } from "./action-state.ts";
import { toneLook } from "./look.ts";

type DeviceState = "off" | "on" | "unsupported" | "denied" | "failed";

interface PushDeviceProps {
  /** The server's key, by which the push service knows who may send. */
  readonly publicKey: string;
  readonly subscribe: FormAction;
  /** Ends what the server knows of this device. */
  readonly forget: FormAction;
  readonly words: {
    readonly on: string;
    readonly off: string;
    readonly busy: string;
    readonly states: Readonly<Record<DeviceState, string>>;
  };
}

/** Where this browser remembers under which name the server knows it. */
const CHANNEL = "lingfu-push-channel";
const WORKER = "/sw.js";
const SCOPE = "/admin/";

/** Turns push messages on and off for this very browser. */
export function PushDevice({ publicKey, subscribe, forget, words }: PushDeviceProps) {
  const [state, setState] = useState<DeviceState>("off");
  const [busy, setBusy] = useState(false);
  const [answer, send, saving] = useActionState(subscribe, FRESH);
  useEffect(() => {
    currentState().then(setState, () => setState("unsupported"));
  }, []);
  useEffect(() => {
    const channel = answer.shown[0]?.value;
    if (answer.kind === "done" && channel !== undefined) localStorage.setItem(CHANNEL, channel);
  }, [answer]);
  const turnOn = async () => {
    setBusy(true);
    const result = await subscribeBrowser(publicKey).finally(() => setBusy(false));
    if (typeof result === "string") return setState(result);
    setState("on");
    startTransition(() => send(result));
  };
  const turnOff = async () => {
    setBusy(true);
    await (await currentSubscription())?.unsubscribe();
    const channel = localStorage.getItem(CHANNEL);
    if (channel !== null) {
      const form = new FormData();
      form.set("channelId", channel);
      await forget(FRESH, form);
      localStorage.removeItem(CHANNEL);
    }
    setBusy(false);
    setState("off");
  };
  const working = busy || saving;
  const problem = answer.kind === "failed" ? answer.message : words.states[state];
  return (
    <div className="flex flex-col gap-3">
      {state === "unsupported" ? null : (
        <button
          type="button"
          aria-disabled={working}
          className={`${toneLook(state === "on" ? "plain" : "primary")} self-start max-sm:w-full ${working ? "opacity-60" : ""}`}
          onClick={() => {
            if (!working) (state === "on" ? turnOff() : turnOn()).catch(() => setState("failed"));
          }}
        >
          {working ? words.busy : state === "on" ? words.off : words.on}
        </button>
      )}
      <p role="status" aria-live="polite" className="text-sm text-soft empty:hidden">
        {problem}
      </p>
    </div>
  );
}

const isSupported = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function currentState(): Promise<DeviceState> {
  if (!isSupported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return (await currentSubscription()) === null ? "off" : "on";
}

async function currentSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function subscribeBrowser(publicKey: string): Promise<FormData | DeviceState> {
  if (!isSupported()) return "unsupported";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  try {
    // Whichever worker of ours is there already hears push messages too.
    const registration =
      (await navigator.serviceWorker.getRegistration(SCOPE)) ??
      (await navigator.serviceWorker.register(WORKER, { scope: SCOPE }));
    await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) };
    const { endpoint, keys } = (await registration.pushManager.subscribe(options)).toJSON();
    const form = new FormData();
    form.set("endpoint", endpoint ?? "");
    form.set("p256dh", keys?.p256dh ?? "");
    form.set("auth", keys?.auth ?? "");
    return form;
  } catch {
    return "failed";
  }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
