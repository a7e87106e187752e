"use client";

import type { ComponentProps } from "react";
import { useConfirmIdentity } from "./confirm-identity.tsx";
import { PasskeyButton } from "./passkey-button.tsx";

/** Makes a passkey of somebody who is signed in, who is asked first to show what they had until now. */
export function NewPasskeyButton({ begin, ...rest }: Omit<ComponentProps<typeof PasskeyButton>, "kind">) {
  const { run, question } = useConfirmIdentity();
  return (
    <>
      <PasskeyButton {...rest} kind="create" begin={(before, form) => run(() => begin(before, form))} />
      {question}
    </>
  );
}
