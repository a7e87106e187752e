import { expect, type Page } from "@playwright/test";
import { product } from "../product.ts";

/** What was said aloud: the browser's speech is replaced by a recorder, since test machines have no voices. */
export interface Spoken {
  readonly text: string;
  readonly at: number;
}

/** Has to be called before the page is opened. */
export async function recordSpeech(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const spoken: Spoken[] = JSON.parse(sessionStorage.getItem("spoken") ?? "[]");
    const voice = { lang: "zh-CN", localService: true, name: "recorder", default: true, voiceURI: "recorder" };
    class Utterance {
      text: string;
      volume = 1;
      voice: unknown = null;
      lang = "";
      onstart: (() => void) | null = null;
      onend: (() => void) | null = null;
      onerror: (() => void) | null = null;
      constructor(text: string) {
        this.text = text;
      }
    }
    const synthesis = {
      speaking: false,
      getVoices: () => [voice, { ...voice, lang: "en-US" }],
      cancel() {},
      addEventListener() {},
      removeEventListener() {},
      speak(utterance: Utterance) {
        if (utterance.text === "") return;
        spoken.push({ text: utterance.text, at: Date.now() });
        sessionStorage.setItem("spoken", JSON.stringify(spoken));
        queueMicrotask(() => {
          utterance.onstart?.();
          utterance.onend?.();
        });
      },
    };
    Object.defineProperty(window, "speechSynthesis", { value: synthesis });
    Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
    Object.defineProperty(window, "spoken", { get: () => spoken });
  });
}

/** The room behind the counter, as a cashier uses it. */
export class Counter {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** From the dashboard, by its tab. */
  async enter(): Promise<void> {
    await this.page
      .getByRole("navigation", { name: "主菜单" })
      .getByRole("link", { name: "收款", exact: true })
      .click();
    await expect(this.pad).toBeVisible();
  }

  get pad() {
    return this.page.getByRole("group", { name: "数字键盘" });
  }

  async type(keys: string): Promise<void> {
    for (const key of keys) await this.pad.getByRole("button", { name: NAMES[key] ?? key, exact: true }).click();
  }

  get total() {
    return this.page.getByTestId("total");
  }

  async showCode(): Promise<string> {
    await this.page.getByRole("button", { name: "展示二维码" }).click();
    const code = await this.page.getByTestId("qr").getAttribute("data-code");
    if (code === null) throw new Error("the screen shows no code");
    return code;
  }

  async expectPaid(amount: string): Promise<void> {
    await expect(this.page.getByTestId("paid-amount")).toHaveText(amount);
  }

  async next(): Promise<void> {
    await this.page.getByRole("button", { name: "继续收款" }).click();
    await expect(this.total).toHaveText("¥0.00");
  }

  /** As a scanner gun does, wherever the focus is: too fast for a person. */
  async scan(code: string): Promise<void> {
    await this.page.evaluate((keys) => {
      for (const key of [...keys, "Enter"]) {
        (document.activeElement ?? document.body).dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
        );
      }
    }, code);
  }

  spoken(): Promise<Spoken[]> {
    return this.page.evaluate(() => (window as unknown as { spoken: Spoken[] }).spoken);
  }

  async expectSpoken(text: string): Promise<void> {
    await expect.poll(async () => (await this.spoken()).map((each) => each.text)).toContain(text);
  }
}

const NAMES: Readonly<Record<string, string>> = { ".": "小数点", "+": "加", "<": "退格", C: "清空" };

async function control(call: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${product.sandboxUrl}/control/${call}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, unknown>;
}

/** The code on the phone of a shopper of the sandbox. */
export const freshAuthCode = async (): Promise<string> => String((await control("auth-code", {})).authCode);
/** The shopper has typed the password. */
export const typePassword = (outTradeNo: string): Promise<unknown> => control("pay", { outTradeNo });
