"use client";

import { type MouseEvent, type ReactNode, useState } from "react";
import { useToast } from "../controls/toast.tsx";
import { useConfirmIdentity } from "./confirm-identity.tsx";

interface FileLinkProps {
  readonly href: string;
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** A link to a file that holds the business: asks for the second factor first where that was not shown just now. */
export function FileLink({ href, label, className, children }: FileLinkProps) {
  const { run, question, ask } = useConfirmIdentity();
  const toast = useToast();
  const [isWorking, setWorking] = useState(false);
  const follow = async (event: MouseEvent<HTMLAnchorElement>) => {
    // In another tab the server asks, on a page of its own.
    if (ask === undefined || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (isWorking) return;
    setWorking(true);
    try {
      const answer = await run(ask);
      if (answer.kind === "done") window.location.assign(href);
      else toast({ message: answer.message, tone: "warn" });
    } catch {
      window.location.assign(href);
    } finally {
      setWorking(false);
    }
  };
  return (
    <>
      <a href={href} aria-label={label} className={className} onClick={follow}>
        {children}
      </a>
      {question}
    </>
  );
}
