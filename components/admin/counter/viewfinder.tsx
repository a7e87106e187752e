"use client";

import { useEffect, useRef, useState } from "react";
import { toneLook } from "#components/admin/look.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { type Camera, CameraFailure, type CameraTrouble, openCamera, openDetector, watchCodes } from "./camera.ts";

interface ViewfinderProps {
  readonly words: CounterText;
  /** Called with each text that the camera sees. */
  readonly onText: (text: string) => void;
}

/** The camera's picture while it looks for a code; where there is none, why, and what to do. */
export function Viewfinder(props: ViewfinderProps) {
  const [tries, setTries] = useState(0);
  return <Sight key={tries} {...props} onAgain={() => setTries(tries + 1)} />;
}

type SightState = CameraTrouble | "starting" | "loading" | "seeing";

function Sight({ words: { scan }, onText, onAgain }: ViewfinderProps & { readonly onAgain: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const { state, camera } = useCamera(video, onText);
  if (state !== "starting" && state !== "loading" && state !== "seeing") {
    return (
      <div
        className="flex flex-col items-center gap-3 rounded-card bg-sunken px-4 py-6 text-center"
        role="alert"
        data-testid="camera-trouble"
      >
        <p>{scan[state]}</p>
        {state === "insecure" ? null : (
          <button type="button" onClick={onAgain} className={toneLook("plain")}>
            {scan.again}
          </button>
        )}
      </div>
    );
  }
  return (
    <div className="relative overflow-hidden rounded-card bg-black text-white">
      <video
        ref={video}
        playsInline={true}
        muted={true}
        aria-label={scan.hint}
        className="h-[min(42dvh,24rem)] w-full object-cover"
      />
      <p className="absolute inset-x-0 bottom-0 bg-black/60 px-4 py-2 text-center text-sm">
        {state === "seeing" ? scan.hint : scan[state]}
      </p>
      {camera !== null && camera.torch !== null && state === "seeing" ? (
        <Torch label={scan.torch} onToggle={camera.torch} />
      ) : null}
    </div>
  );
}

/** Opens the camera, then what reads codes in its picture; closes both with the screen. */
function useCamera(video: React.RefObject<HTMLVideoElement | null>, onText: (text: string) => void) {
  const [state, setState] = useState<SightState>("starting");
  const [camera, setCamera] = useState<Camera | null>(null);
  const listener = useRef(onText);
  useEffect(() => {
    listener.current = onText;
  }, [onText]);
  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    let isOver = false;
    let close = () => {};
    const start = async () => {
      const opened = await openCamera(shown);
      close = opened.stop;
      if (isOver) return close();
      setCamera(opened);
      setState("loading");
      const detector = await openDetector();
      if (isOver) return;
      setState("seeing");
      const end = watchCodes(shown, detector, (text) => listener.current(text));
      close = () => {
        end();
        opened.stop();
      };
    };
    start().catch((cause: unknown) => {
      close();
      if (!isOver) setState(cause instanceof CameraFailure ? cause.trouble : "unreadable");
    });
    return () => {
      isOver = true;
      close();
    };
  }, [video]);
  return { state, camera };
}

function Torch({ label, onToggle }: { readonly label: string; readonly onToggle: (on: boolean) => void }) {
  const [on, setOn] = useState(false);
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => {
        setOn(!on);
        onToggle(!on);
      }}
      className="absolute top-2 right-2 min-h-11 cursor-pointer rounded-xl bg-black/60 px-4"
    >
      {label}
    </button>
  );
}
