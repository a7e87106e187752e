import type { ReactNode } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import type { PayText } from "#lib/texts/pay.ts";

/** Other ways to pay, as plain links: choosing one costs nothing and opens nothing before it is chosen. */
export interface OtherWay {
  readonly label: string;
  readonly href: string;
}

/** @param folded the words under which they are out of sight until somebody looks for them; null: not folded */
export function OtherWays({ ways, folded = null }: { ways: readonly OtherWay[]; folded?: string | null }) {
  if (ways.length === 0) return null;
  const links = (
    <div className="flex flex-wrap justify-center gap-x-2">
      {ways.map(({ label, href }) => (
        <ButtonLink key={href} href={href} rel="nofollow" weight="quiet">
          {label}
        </ButtonLink>
      ))}
    </div>
  );
  if (folded === null) return links;
  return (
    <details className="w-full text-center">
      <summary className="inline-flex min-h-11 cursor-pointer list-none items-center px-3 text-sm text-soft underline decoration-line underline-offset-4">
        {folded}
      </summary>
      {links}
    </details>
  );
}

/** Inside WeChat: one tap opens the cashier. The inline script reads `data-bridge`; see bridge-script.ts. */
export function BridgeBar(props: {
  label: string;
  parameters: BridgeParameters;
  /** Where to pay instead, should the bridge turn out to be a mini program's. */
  miniPage: string;
  checkUrl: string;
  children: ReactNode;
}) {
  return (
    <>
      <Button data-bridge={JSON.stringify(props.parameters)} data-page={props.miniPage}>
        {props.label}
      </Button>
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

export function MiniProgramBar({ label, page, children }: { label: string; page: string; children: ReactNode }) {
  return (
    <>
      <Button data-mini={page}>{label}</Button>
      {children}
    </>
  );
}

/**
 * Inside a WeChat that does not say who the shopper is: out of it, into the phone's browser. Nothing here may lead to this
 * page inside WeChat again, so no picture to scan and no chat to send the link to.
 */
export function LeaveWechat({ text, link }: { text: PayText; link: string }) {
  return (
    <div className="motion-arrive w-full text-left">
      <h2 className="text-center text-lg font-semibold">{text.leaveTitle}</h2>
      <p className="mt-1 text-center text-sm text-soft">{text.guideNoOpenid}</p>
      <Steps steps={[text.leaveMenu, text.leaveBrowser, text.leaveCopy]} />
      <CopyLink text={text} link={link} action={text.copyLink} said={text.copiedForBrowser} />
    </div>
  );
}

const Steps = ({ steps }: { steps: readonly string[] }) => (
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
);

/** The link can be selected by hand; the button is a convenience that PayLive answers. */
const CopyLink = (props: { text: PayText; link: string; action: string; said: string }) => (
  <div className="mt-5 flex flex-col gap-2">
    <input
      readOnly
      value={props.link}
      aria-label={props.text.linkLabel}
      className="min-h-11 w-full rounded-xl border border-line bg-sunken px-3 text-xs text-soft"
    />
    <Button data-copy={props.link} data-said={props.said}>
      {props.action}
    </Button>
  </div>
);

interface GuideProps {
  readonly text: PayText;
  readonly plan: { readonly copy: { readonly steps: readonly string[]; readonly action: string } };
  readonly link: string;
  /** The link as a picture that can be saved. */
  readonly imageUrl: string;
  readonly reason: string;
}

/** In an app that cannot pay with WeChat: how to get to one that can. */
export function Guide({ text, plan, link, imageUrl, reason }: GuideProps) {
  return (
    <div className="motion-arrive w-full text-left">
      <h2 className="text-center text-lg font-semibold">{text.guideTitle}</h2>
      <p className="mt-1 text-center text-sm text-soft">{reason}</p>
      <Steps steps={plan.copy.steps} />
      <CopyLink text={text} link={link} action={plan.copy.action} said={text.copied} />
      <div className="mt-4 flex flex-col items-center">
        <img
          src={imageUrl}
          alt={text.linkQr}
          width={168}
          height={168}
          className="size-42 rounded-xl bg-white"
          data-testid="link-qr"
        />
        <ButtonLink href={imageUrl} download="wechat-pay.png" weight="quiet">
          {text.saveQr}
        </ButtonLink>
      </div>
    </div>
  );
}
