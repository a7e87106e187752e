import { readFile } from "node:fs/promises";
import path from "node:path";
import { guidesIn } from "./guides.ts";

/** This installation, as its readers reach it. */
export interface DocsSite {
  readonly publicUrl: string;
  readonly sandboxOrigin: string | null;
}

const FILE = path.join(process.cwd(), "lib", "docs", "llms.txt");
const GUIDES_GO_HERE = "<!-- guides -->";

let kept: Promise<string> | undefined;

/** What an agent has to know to use this installation, in the form of llmstxt.org, with its own addresses. */
export async function llmsText({ publicUrl, sandboxOrigin }: DocsSite): Promise<string> {
  kept ??= readFile(FILE, "utf8");
  const guides = await guidesIn("en");
  const links = guides.map(({ slug, title, summary }) => `- [${title}](${publicUrl}/docs/en/${slug}.md): ${summary}`);
  return (await kept)
    .replaceAll("http://localhost:3000", publicUrl)
    .replaceAll("http://localhost:3001", sandboxOrigin ?? "http://localhost:3001")
    .replace(GUIDES_GO_HERE, () => links.join("\n"));
}
