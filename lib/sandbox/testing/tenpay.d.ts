/** The part of tenpay that is tried; the package has no types of its own. */
declare module "tenpay" {
  type Texts = Record<string, string>;

  interface Config {
    appid: string;
    mchid: string;
    partnerKey: string;
    pfx: Buffer;
    notify_url: string;
  }

  interface Context {
    request: { body: string; weixin?: Texts & { req_info?: Texts } };
    type?: string;
    body?: string;
    reply?: (error?: string) => void;
  }

  export default class Payment {
    constructor(config: Config);
    urls: Record<string, string>;
    unifiedOrder(order: object): Promise<Texts>;
    getPayParams(order: object): Promise<Texts>;
    orderQuery(which: object): Promise<Texts>;
    closeOrder(which: object): Promise<Texts>;
    refund(refund: object): Promise<Texts>;
    refundQuery(which: object): Promise<Texts>;
    downloadBill(which: object, format: true): Promise<{ list_title: string[]; list_data: string[][] }>;
    middleware(kind: "pay" | "refund"): (context: Context, next: () => Promise<void>) => Promise<void>;
  }
}
