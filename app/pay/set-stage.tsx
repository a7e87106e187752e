import type { ReactNode } from "react";
import { BRIDGE_SCRIPT } from "#components/pay/bridge-script.ts";
import { InlineScript } from "#components/pay/inline-script.tsx";
import { BridgeBar, Guide, H5Bar, LeaveWechat, MiniProgramBar, OtherWays } from "#components/pay/panels.tsx";
import { QrCard } from "#components/pay/qr-card.tsx";
import { Trouble } from "#components/pay/trouble.tsx";
import type { ShownHandover } from "#components/pay/use-handover.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { PagePlan } from "#lib/intelligence/index.ts";
import type { OrderSnapshot } from "#lib/payment/index.ts";
import { drawQr } from "#lib/qr-code.ts";
import type { PayText } from "#lib/texts/pay.ts";
import { otherWays } from "./choose-way.ts";
import type { PageContext } from "./context.ts";
import { type OpenedTrade, openTrade } from "./open-trade.ts";
import type { PayPageRequest } from "./page-request.ts";

/** What one pays with, by the way that was chosen. */
export interface Setting {
  readonly stage: ReactNode | null;
  readonly bar: ReactNode | null;
  /** The bar holds what one came for, so it stays under the thumb; lesser links must not cover the code. */
  readonly sticks: boolean;
  readonly hint: string;
  readonly codeUrl: string | null;
  /** What is paid with here, where it is on the page itself. */
  readonly shown: ShownHandover | null;
  readonly scripts: ReactNode | null;
}

export const NOTHING_TO_DO: Setting = {
  stage: null,
  bar: null,
  sticks: false,
  hint: "",
  codeUrl: null,
  shown: null,
  scripts: null,
};

interface StageInput {
  readonly context: PageContext;
  readonly pageRequest: PayPageRequest;
  readonly order: OrderView;
  /** What the order was read from. */
  readonly snapshot: OrderSnapshot;
  /** The way, its words and the other ways: all of one plan. */
  readonly plan: PagePlan;
  readonly openid: string | null;
  readonly text: PayText;
}

export async function setStage(scene: StageInput): Promise<Setting> {
  const way = scene.plan.channel;
  // A preview, a crawler: it sees what is to be paid and causes nothing.
  if (way === "none") return plain(<BotNote text={scene.text} />);
  if (scene.pageRequest.onlyLooking) return plain(troubleOf(scene, { kind: "unavailable" }));
  // The sign of life that makes the server ask WeChat sooner; the page does not wait for it.
  scene.context.noteSeen(scene.order.id);
  switch (way) {
    case "jsapi":
      return insideWechat(scene);
    case "h5":
      return inBrowser(scene);
    case "miniprogram":
      return inMiniProgram(scene);
    case "guide":
      return plain(guide(scene), ways(scene));
    default:
      return withCode(scene);
  }
}

const ways = ({ pageRequest, plan, order, text }: StageInput): ReactNode => (
  <OtherWays
    ways={otherWays(pageRequest, plan, { orderId: order.id, text })}
    // One thing to do: the others are a touch away.
    folded={plan.elder ? text.moreWays : null}
  />
);

const plain = (stage: ReactNode, bar: ReactNode | null = null): Setting => ({
  stage,
  bar,
  sticks: false,
  hint: "",
  codeUrl: null,
  shown: null,
  scripts: null,
});

const BotNote = ({ text }: { text: PayText }) => <p className="text-center text-soft">{text.botTitle}</p>;

function guide({ context, order, text, plan, pageRequest }: StageInput): ReactNode {
  const link = order.payUrl || `${context.publicUrl}/pay/${order.id}`;
  if (pageRequest.agent.channel === "jsapi") return <LeaveWechat text={text} link={link} />;
  return <Guide text={text} plan={plan} link={link} imageUrl={`/pay/${order.id}/link.png`} reason={plan.copy.hint} />;
}

async function withCode(scene: StageInput): Promise<Setting> {
  const { context, order, snapshot, text, pageRequest, plan } = scene;
  const trade = await openTrade(context.payments, {
    orderId: order.id,
    channel: "native",
    openid: null,
    payerIp: null,
    snapshot,
  });
  const trouble = troubleOf(scene, trade);
  const bar = ways(scene);
  if (trouble !== null || trade.kind === "ended") return plain(trouble, bar);
  const codeUrl = trade.kind === "open" ? (trade.answer.codeUrl ?? null) : null;
  const onHandset = pageRequest.agent.form === "phone" || pageRequest.agent.form === "tablet";
  return {
    stage: (
      <QrCard
        code={codeUrl === null ? null : drawQr(codeUrl)}
        imageUrl={`/api/orders/${order.id}/qr.svg`}
        amount={amountText(order.amountDue)}
        text={text}
      />
    ),
    bar: plan.alternatives.length > 0 || onHandset ? bar : null,
    sticks: false,
    hint: plan.copy.hint,
    codeUrl,
    shown: { channel: "native", handover: trade.kind === "open" ? trade.answer.handover : null },
    scripts: null,
  };
}

async function insideWechat(scene: StageInput): Promise<Setting> {
  const { context, order, snapshot, openid, text, pageRequest, plan } = scene;
  const others = ways(scene);
  const wish = { orderId: order.id, channel: "jsapi", openid, payerIp: null, snapshot } as const;
  const trade = await openTrade(context.payments, wish);
  const trouble = troubleOf(scene, trade.kind === "later" ? { kind: "unavailable" } : trade);
  if (trouble !== null || trade.kind !== "open" || trade.answer.jsapi === undefined) return plain(trouble, others);
  return {
    stage: null,
    bar: (
      <BridgeBar
        label={`${plan.copy.action} ${amountText(order.amountDue)}`}
        parameters={trade.answer.jsapi}
        miniPage={miniPage(order)}
        checkUrl={subRoute(pageRequest, order, "check")}
      >
        <noscript>
          <p className="px-2 py-2 text-center text-sm text-soft">{text.needsScript}</p>
        </noscript>
        {others}
      </BridgeBar>
    ),
    sticks: true,
    hint: plan.copy.hint,
    codeUrl: null,
    shown: { channel: "jsapi", handover: trade.answer.handover },
    scripts: <Scripts nonce={pageRequest.nonce} also={context.sandbox?.bridgeScriptUrl ?? null} />,
  };
}

function inBrowser(scene: StageInput): Setting {
  const { order, pageRequest, plan } = scene;
  if (pageRequest.trouble !== undefined) {
    const kind =
      pageRequest.trouble === "refused" || pageRequest.trouble === "too_many" ? pageRequest.trouble : "unavailable";
    return plain(troubleOf(scene, { kind }), ways(scene));
  }
  return {
    stage: null,
    bar: (
      <H5Bar label={`${plan.copy.action} ${amountText(order.amountDue)}`} payUrl={subRoute(pageRequest, order, "h5")}>
        {ways(scene)}
      </H5Bar>
    ),
    sticks: true,
    hint: plan.copy.hint,
    codeUrl: null,
    shown: null,
    scripts: null,
  };
}

/** A web page inside a mini program cannot pay; a page of the mini program itself can, and this is its agreed address. */
function inMiniProgram(scene: StageInput): Setting {
  const { order, text, pageRequest, plan } = scene;
  return {
    stage: null,
    bar: (
      <MiniProgramBar label={plan.copy.action} page={miniPage(order)}>
        <p className="px-2 py-1 text-center text-sm text-soft">{text.miniFallback}</p>
        {ways(scene)}
      </MiniProgramBar>
    ),
    sticks: true,
    hint: plan.copy.hint,
    codeUrl: null,
    shown: null,
    scripts: <Scripts nonce={pageRequest.nonce} also="https://res.wx.qq.com/open/js/jweixin-1.6.0.js" />,
  };
}

const miniPage = ({ id }: OrderView): string => `/pages/pay/pay?orderId=${encodeURIComponent(id)}`;

/** Our few lines first: they must not wait for anybody else's. */
const Scripts = ({ nonce, also }: { nonce: string | undefined; also: string | null }) => (
  <>
    <InlineScript nonce={nonce} lines={BRIDGE_SCRIPT} />
    {also !== null && <script nonce={nonce} src={also} async suppressHydrationWarning />}
  </>
);

export function subRoute(pageRequest: PayPageRequest, order: OrderView, name: string): string {
  const [path, query] = pageRequest.address(order.id, { returned: null }).split("?");
  return `${path}/${name}${query === undefined ? "" : `?${query}`}`;
}

function troubleOf({ pageRequest, order, text }: StageInput, trade: Pick<OpenedTrade, "kind">): ReactNode | null {
  if (trade.kind === "refused") return <Trouble title={text.refusedTitle} hint={text.refusedHint} retry={null} />;
  const retry = { label: text.retry, href: pageRequest.address(order.id) };
  if (trade.kind === "too_many") return <Trouble title={text.tooManyTitle} hint={text.tooManyHint} retry={retry} />;
  // What ended in this very moment needs no words here: the status that is being watched has them.
  if (trade.kind !== "unavailable") return null;
  return <Trouble title={text.gatewayTitle} hint={text.gatewayHint} retry={retry} />;
}
