import type { ReactNode } from "react";
import { BRIDGE_SCRIPT } from "#components/pay/bridge-script.ts";
import { BridgeBar, Guide, H5Bar, MiniProgramBar, OtherWays, ReturnedBar } from "#components/pay/panels.tsx";
import { QrCard } from "#components/pay/qr-card.tsx";
import type { Text } from "#components/pay/text.ts";
import { Trouble } from "#components/pay/trouble.tsx";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { chooseWay, otherWays } from "./choose-way.ts";
import type { House } from "./house.ts";
import { type OpenedTrade, openTrade } from "./open-trade.ts";
import type { Visit } from "./visit.ts";

/** What one pays with, by the way that was chosen. */
export interface Setting {
  readonly stage: ReactNode | null;
  readonly bar: ReactNode | null;
  readonly hint: string;
  readonly codeUrl: string | null;
  readonly scripts: ReactNode | null;
}

interface Scene {
  readonly house: House;
  readonly visit: Visit;
  readonly order: OrderView;
  readonly openid: string | null;
  readonly text: Text;
}

export async function setStage(scene: Scene): Promise<Setting> {
  const way = chooseWay(scene.visit);
  // A preview, a crawler: it sees what is to be paid and causes nothing.
  if (way === "none") return plain(<BotNote text={scene.text} />);
  // The sign of life that makes the server ask WeChat sooner; the page does not wait for it.
  scene.house.noteSeen(scene.order.id);
  switch (way) {
    case "jsapi":
      return insideWechat(scene);
    case "h5":
      return inBrowser(scene);
    case "miniprogram":
      return inMiniProgram(scene);
    case "guide":
      return plain(guide(scene, scene.text.guideHint), ways(scene, "guide"));
    default:
      return withCode(scene);
  }
}

const ways = (scene: Scene, way: Parameters<typeof otherWays>[1]): ReactNode => (
  <OtherWays ways={otherWays(scene.visit, way, { orderId: scene.order.id, text: scene.text })} />
);

const plain = (stage: ReactNode, bar: ReactNode | null = null): Setting => ({
  stage,
  bar,
  hint: "",
  codeUrl: null,
  scripts: null,
});

const BotNote = ({ text }: { text: Text }) => <p className="text-center text-soft">{text.botTitle}</p>;

const guide = ({ house, order, text }: Scene, reason: string): ReactNode => (
  <Guide text={text} link={order.payUrl || `${house.publicUrl}/pay/${order.id}`} reason={reason} />
);

async function withCode(scene: Scene): Promise<Setting> {
  const { house, order, text, visit } = scene;
  const trade = await openTrade(house.payments, { orderId: order.id, channel: "native", openid: null, payerIp: null });
  const trouble = troubleOf(scene, trade);
  const bar = ways(scene, "native");
  if (trouble !== null || trade.kind === "ended") return plain(trouble, bar);
  const codeUrl = trade.kind === "open" ? (trade.answer.codeUrl ?? null) : null;
  const onHandset = visit.agent.form === "phone" || visit.agent.form === "tablet";
  return {
    stage: (
      <QrCard
        codeUrl={codeUrl}
        imageUrl={`/api/orders/${order.id}/qr.svg`}
        amount={amountText(order.amountDue)}
        text={text}
      />
    ),
    bar: visit.agent.alternatives.length > 0 || onHandset ? bar : null,
    hint: text.scanHint,
    codeUrl,
    scripts: null,
  };
}

async function insideWechat(scene: Scene): Promise<Setting> {
  const { house, order, openid, text, visit } = scene;
  const others = ways(scene, "jsapi");
  if (openid === null) return plain(guide(scene, text.guideNoOpenid), others);
  const trade = await openTrade(house.payments, { orderId: order.id, channel: "jsapi", openid, payerIp: null });
  const trouble = troubleOf(scene, trade.kind === "later" ? { kind: "unavailable" } : trade);
  if (trouble !== null || trade.kind !== "open" || trade.answer.jsapi === undefined) return plain(trouble, others);
  return {
    stage: null,
    bar: (
      <BridgeBar
        label={`${text.payInWechat} ${amountText(order.amountDue)}`}
        parameters={trade.answer.jsapi}
        checkUrl={subRoute(visit, order, "check")}
      >
        <noscript>
          <p className="px-2 py-2 text-center text-sm text-soft">{text.needsScript}</p>
        </noscript>
        {others}
      </BridgeBar>
    ),
    hint: text.payInWechatHint,
    codeUrl: null,
    scripts: <Scripts nonce={visit.nonce} also={house.sandbox?.bridgeScriptUrl ?? null} />,
  };
}

function inBrowser(scene: Scene): Setting {
  const { order, text, visit } = scene;
  const payUrl = subRoute(visit, order, "h5");
  if (visit.trouble !== undefined) {
    const kind = visit.trouble === "refused" ? "refused" : "unavailable";
    return plain(troubleOf(scene, { kind }), ways(scene, "h5"));
  }
  const others = ways(scene, "h5");
  return {
    stage: null,
    bar: visit.returned ? (
      <ReturnedBar text={text} checkUrl={subRoute(visit, order, "check")} payUrl={payUrl} />
    ) : (
      <H5Bar label={`${text.goToWechat} ${amountText(order.amountDue)}`} payUrl={payUrl}>
        {others}
      </H5Bar>
    ),
    hint: visit.returned ? `${text.returnedTitle} ${text.returnedHint}` : text.goToWechatHint,
    codeUrl: null,
    scripts: null,
  };
}

/** A web page inside a mini program cannot pay; a page of the mini program itself can, and this is its agreed address. */
function inMiniProgram(scene: Scene): Setting {
  const { order, text, visit } = scene;
  return {
    stage: null,
    bar: (
      <MiniProgramBar text={text} page={`/pages/pay/pay?orderId=${encodeURIComponent(order.id)}`}>
        <p className="px-2 py-1 text-center text-sm text-soft">{text.miniFallback}</p>
        {ways(scene, "miniprogram")}
      </MiniProgramBar>
    ),
    hint: text.miniHint,
    codeUrl: null,
    scripts: <Scripts nonce={visit.nonce} also="https://res.wx.qq.com/open/js/jweixin-1.6.0.js" />,
  };
}

/** Our few lines first: they must not wait for anybody else's. */
const Scripts = ({ nonce, also }: { nonce: string | undefined; also: string | null }) => (
  <>
    <script nonce={nonce} suppressHydrationWarning>
      {BRIDGE_SCRIPT}
    </script>
    {also !== null && <script nonce={nonce} src={also} async suppressHydrationWarning />}
  </>
);

function subRoute(visit: Visit, order: OrderView, name: string): string {
  const [path, query] = visit.address(order.id, { returned: null }).split("?");
  return `${path}/${name}${query === undefined ? "" : `?${query}`}`;
}

function troubleOf({ visit, order, text }: Scene, trade: Pick<OpenedTrade, "kind">): ReactNode | null {
  if (trade.kind === "refused") return <Trouble title={text.refusedTitle} hint={text.refusedHint} retry={null} />;
  // What ended in this very moment needs no words here: the status that is being watched has them.
  if (trade.kind !== "unavailable") return null;
  const retry = { label: text.retry, href: visit.address(order.id) };
  return <Trouble title={text.gatewayTitle} hint={text.gatewayHint} retry={retry} />;
}
