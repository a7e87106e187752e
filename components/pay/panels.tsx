import type { ReactNode } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import type { Text } from "./text.ts";

/** Other ways to pay, as plain links: choosing one costs nothing and opens nothing before it is chosen. */
export interface OtherWay {
  readonly label: string;
  readonly href: string;
}

export const OtherWays = ({ ways }: { ways: readonly OtherWay[] }) => (
  <div className="flex flex-wrap justify-center gap-x-2">
    {ways.map(({ label, href }) => (
      <ButtonLink key={href} href={href} rel="nofollow" weight="quiet">
        {label}
      </ButtonLink>
    ))}
  </div>
);

/** Inside WeChat: one tap opens the cashier. The inline script reads `data-bridge`; see bridge-script.ts. */
export function BridgeBar(props: {
  label: string;
  parameters: BridgeParameters;
  checkUrl: string;
  children: ReactNode;
}) {
  return (
    <>
      <Button data-bridge={JSON.stringify(props.parameters)}>{props.label}</Button>
      <form id="pay-check" method="post" action={props.checkUrl} data-confirm="" hidden />
      {props.children}
    </>
  );
}

/** In a phone's browser: a form, so that it works before any script, and so that WeChat sees where it comes from. */
export function H5Bar({ label, payUrl, children }: { label: string; payUrl: string; children: ReactNode }) {
  return (
    <>
      <form method="post" action={payUrl} className="w-full">
        <Button type="submit">{label}</Button>
      </form>
      {children}
    </>
  );
}

/** Back from WeChat: whoever comes back may have paid or not, so they are asked. */
export function ReturnedBar(props: { text: Text; checkUrl: string; payUrl: string }) {
  return (
    <>
      <form method="post" action={props.checkUrl} data-confirm="" className="w-full">
        <Button type="submit">{props.text.havePaid}</Button>
      </form>
      <form method="post" action={props.payUrl}>
        <Button type="submit" weight="quiet">
          {props.text.payAgain}
        </Button>
      </form>
    </>
  );
}

export function MiniProgramBar({ text, page, children }: { text: Text; page: string; children: ReactNode }) {
  return (
    <>
      <Button data-mini={page}>{text.miniPay}</Button>
      {children}
    </>
  );
}

/** In an app that cannot pay with WeChat: how to get to one that can. */
export function Guide({ text, link, reason }: { text: Text; link: string; reason: string }) {
  const steps = [text.guideCopyStep, text.guideOpenStep, text.guideBrowserStep];
  return (
    <div className="motion-arrive w-full text-left">
      <h2 className="text-center text-lg font-semibold">{text.guideTitle}</h2>
      <p className="mt-1 text-center text-sm text-soft">{reason}</p>
      <ol className="mt-5 flex flex-col gap-3">
        {steps.map((step, index) => (
          <li key={step} className="flex gap-3 text-sm leading-6">
            <span
              className="grid size-6 shrink-0 place-items-center rounded-full bg-brand-soft text-xs font-semibold text-brand-ink"
              aria-hidden="true"
            >
              {index + 1}
            </span>
            {step}
          </li>
        ))}
      </ol>
      {/* The link can be selected by hand; the button is a convenience that PayLive answers. */}
      <div className="mt-5 flex flex-col gap-2">
        <input
          readOnly
          value={link}
          aria-label={text.linkLabel}
          className="min-h-11 w-full rounded-xl border border-line bg-sunken px-3 text-xs text-soft"
        />
        <Button weight="secondary" data-copy={link}>
          {text.guideCopy}
        </Button>
      </div>
    </div>
  );
}
