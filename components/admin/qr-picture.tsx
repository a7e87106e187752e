"use client";

import { QRCodeSVG } from "qrcode.react";

/** A code for a phone's camera, dark on light in any colour scheme. */
export default function QrPicture({ value, title }: { value: string; title: string }) {
  return (
    <figure className="flex basis-full flex-col items-center gap-2 pt-2">
      <div className="rounded-xl bg-white p-4">
        <QRCodeSVG value={value} size={192} title={title} />
      </div>
      <figcaption className="text-xs">{title}</figcaption>
    </figure>
  );
}
