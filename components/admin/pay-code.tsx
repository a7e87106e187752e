"use client";

import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { FullScreen } from "./counter/full-screen.tsx";
import { toneLook } from "./look.ts";

interface PayCodeProps {
  /** What the code leads to. */
  readonly url: string;
  readonly open: string;
  readonly close: string;
  readonly title: string;
  readonly hint: string;
  /** What the sandbox says of itself; null with real money. */
  readonly sandbox: string | null;
}

/** A button that shows the code of a link as large as the screen allows. */
export function PayCode({ url, open, close, title, hint, sandbox }: PayCodeProps) {
  const [isOpen, setOpen] = useState(false);
  const leave = () => setOpen(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} className={`${toneLook("plain")} max-sm:w-full`}>
        {open}
      </button>
      {isOpen ? (
        <FullScreen label={title} onBack={leave} sandbox={sandbox}>
          <div className="flex flex-1 flex-col items-center justify-between gap-4 px-4 py-6 text-center">
            <div>
              <p className="text-2xl font-semibold">{title}</p>
              <p className="mt-1 [overflow-wrap:anywhere] text-soft">{hint}</p>
            </div>
            <div className="rounded-3xl bg-white p-2 lifted" data-testid="pay-code" data-code={url}>
              <QRCodeSVG
                value={url}
                title={title}
                level="M"
                marginSize={4}
                fgColor="#0b1510"
                className="size-[min(90vw,60dvh)]"
              />
            </div>
            <button type="button" onClick={leave} className={`${toneLook("plain")} w-full max-w-md`}>
              {close}
            </button>
          </div>
        </FullScreen>
      ) : null}
    </>
  );
}
