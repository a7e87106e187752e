import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";

// Which Chromium the tests drive, without anything to install where that can be had. The answer is handed to the
// worker processes through the environment.

const CACHE = path.resolve("node_modules/.cache/lingfu-browser");

/** Only what containers need; everything that would relax the web's own rules stays out. */
const ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
  "--disable-background-networking",
];

/** Launch options of a browser that is there, in this order: ours by name, Playwright's own, npm's, the system's. */
export async function browserLaunchOptions(): Promise<{ executablePath: string; args: string[] }> {
  bringChineseFonts();
  process.env.PW_CHROMIUM ||= (await playwrightsOwn()) ?? (await fromNpm()) ?? onPath();
  if (!existsSync(process.env.PW_CHROMIUM)) throw new Error(`PW_CHROMIUM names no file: ${process.env.PW_CHROMIUM}`);
  return { executablePath: process.env.PW_CHROMIUM, args: ARGS };
}

async function playwrightsOwn(): Promise<string | undefined> {
  const file = chromium.executablePath();
  return file && existsSync(file) ? file : undefined;
}

/** `@sparticuz/chromium` carries a browser inside its package, with the libraries that a bare system lacks. */
async function fromNpm(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const folder = path.join(CACHE, "chromium");
  const complete = path.join(folder, "complete");
  if (!existsSync(complete)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // It unpacks its libraries only where it believes to be on Lambda, and into the temporary folder, where it takes
  // any file of the right name, so it gets a folder of our own meanwhile.
  const before = process.env.TMPDIR;
  process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs22.x";
  process.env.TMPDIR = folder;
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    const file = await packed.executablePath();
    writeFileSync(complete, "");
    return file;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

function onPath(): string {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
      if (existsSync(path.join(folder, name))) return path.join(folder, name);
    }
  }
  throw new Error(
    "no Chromium to test with: run `npx playwright install chromium`, install chromium, or set PW_CHROMIUM to its path",
  );
}

/** Most test machines have no Chinese font, and screenshots would show boxes. */
function bringChineseFonts(): void {
  const fonts = path.resolve("node_modules/@expo-google-fonts/noto-sans-sc");
  if (process.platform !== "linux" || process.env.FONTCONFIG_FILE || !existsSync(fonts)) return;
  mkdirSync(CACHE, { recursive: true });
  const folders = [path.join(fonts, "400Regular"), path.join(fonts, "700Bold"), path.join(CACHE, "chromium/fonts")];
  const file = path.join(CACHE, "fonts.conf");
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${[...folders, "/usr/share/fonts"].map((folder) => `  <dir>${folder}</dir>`).join("\n")}
  <cachedir>${path.join(CACHE, "font-cache")}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family><family>Noto Sans SC</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
`,
  );
  process.env.FONTCONFIG_FILE = file;
}
