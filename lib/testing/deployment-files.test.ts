import { execFile } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { importedPackages, neededPackages } from "../bin/launch/leave-out.mjs";

// Goal: what a shop is installed by says what the project says: versions, files that exist, no secret inside, nothing open that need not be.

const read = (file: string): string => readFileSync(file, "utf8");
const { version, dependencies, devDependencies } = JSON.parse(read("package.json"));
const dockerfile = read("Dockerfile");
const COMPOSED = ["compose.yaml", "config/1panel/lingfu/0.1.0/docker-compose.yml", "config/baota/docker-compose.yml"];

test("the image has the Node that the project bundles, and copies what exists and is not ignored", () => {
  expect(dockerfile).toContain(`ARG BASE=docker.io/library/node:${dependencies.node}-`);
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );
  expect(copied.length).toBeGreaterThan(8);
  const allowed = new Set(
    ignoreLines()
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1)),
  );
  for (const source of copied) {
    expect(existsSync(source), source).toBe(true);
    expect(allowed, source).toContain(path.normalize(source));
  }
  // A folder of sources that is not in the image would be missed when it runs.
  for (const folder of ["app", "components", "lib", "prisma", "public", "config"]) expect(copied).toContain(folder);
});

const ignoreLines = (): string[] =>
  read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

test("nothing is in the image that is not named, and no secret of a folder that is", () => {
  const [first] = ignoreLines();
  expect(first).toBe("*");
  for (const place of [".git", ".data", ".env", "node_modules", "e2e"])
    expect(ignoreLines()).not.toContain(`!${place}`);
  for (const secret of ["config/payment_config*.json", "config/*.pem", "**/.env*", "**/*.pem", "**/*.p12"]) {
    expect(ignoreLines()).toContain(secret);
  }
});

test("the container is another account's than root's, with a health check, and what is composed hardens it", () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  expect(last).toMatch(/^USER (?!0|root)\S+$/m);
  expect(last).toMatch(/^HEALTHCHECK .*"lib\/bin\/health\.mjs"/m);
  for (const file of COMPOSED) {
    for (const line of [
      "read_only: true",
      "cap_drop: [ALL]",
      "no-new-privileges:true",
      "init: true",
      "/tmp:size=",
      ":/data",
    ]) {
      expect(read(file), `${file}: ${line}`).toContain(line);
    }
    // The proxy in front is on the same machine.
    for (const [port] of read(file).matchAll(/- "[^"]*:300[01]"/g))
      expect(port).toMatch(/"(127\.0\.0\.1|\$\{LISTEN:-127\.0\.0\.1\}):/);
  }
});

test("the packages that stay are those that the product imports: none that builds or tests", () => {
  const { packages } = JSON.parse(read("package-lock.json"));
  const needed = neededPackages(packages, importedPackages());
  const stays = (name: string) => needed.has(`node_modules/${name}`);
  for (const name of [
    "next",
    "react",
    "react-dom",
    "pg",
    "zod",
    "graphile-worker",
    "sharp",
    "@prisma/client",
    "commander",
  ]) {
    expect(stays(name), name).toBe(true);
  }
  const gone = [
    ...Object.keys(devDependencies),
    "typescript",
    "tailwindcss",
    "prisma",
    "esbuild",
    "terser",
    "tsx",
    "node",
  ];
  // Packages of the tests' own that the product's packages need as well: ssh2-sftp-client, and the two of MCP's SDK.
  expect(gone.filter((name) => !name.startsWith("@types/") && stays(name))).toEqual(["ajv", "ajv-formats", "ssh2"]);
  expect([...needed].filter((place) => place.includes("/@next/swc-"))).toEqual([]);
});

test("packages for panels and images name this version", () => {
  expect(readdirSync("config/1panel/lingfu")).toContain(version);
  for (const file of COMPOSED) expect(read(file)).toMatch(new RegExp(`lingfu:${version.replaceAll(".", "\\.")}\\b`));
});

test("actions of workflows that publish are pinned by commit", () => {
  const uses = [...read(".github/workflows/release.yml").matchAll(/uses: (\S+)( # v[\d.]+)?$/gm)];
  expect(uses.length).toBeGreaterThan(5);
  for (const [line, action] of uses) {
    expect(action).toMatch(/@[0-9a-f]{40}$/);
    expect(line).toMatch(/ # v\d/);
  }
});

test("each push asks for known vulnerabilities of what runs and keeps a bill of materials, as a release does", () => {
  for (const workflow of ["ci.yml", "release.yml"]) {
    const text = read(`.github/workflows/${workflow}`);
    expect(text, workflow).toMatch(/run: npm audit --omit=dev$/m);
    expect(text, workflow).toMatch(
      /run: npm ci --ignore-scripts .*\n.*\n +run: npm run --silent sbom > sbom\.cdx\.json$/m,
    );
  }
});

test("the bill of materials is CycloneDX, has all that runs and nothing that only builds or tests", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sbom"], { maxBuffer: 64 * 1_048_576 });
  const bill = JSON.parse(stdout);
  expect(bill).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: { "bom-ref": `lingfu@${version}` } } });
  const refs = new Set<string>(bill.components.map((each: Record<string, unknown>) => each["bom-ref"]));
  const named = (names: string[]) => names.filter((name) => [...refs].some((ref) => ref.startsWith(`${name}@`)));
  expect(named(Object.keys(dependencies))).toEqual(Object.keys(dependencies));
  expect(named(["vitest", "knip", "jsqr", "tenpay", "@biomejs/biome"])).toEqual([]);
  for (const { ref, dependsOn } of bill.dependencies)
    for (const each of [ref, ...dependsOn]) expect(each === `lingfu@${version}` || refs.has(each), each).toBe(true);
});

test("guides say what is there, in both languages", () => {
  const guides = globSync("config/*.md").filter((file) => !file.endsWith(".zh-CN.md"));
  expect(guides.length).toBeGreaterThan(2);
  for (const guide of guides) {
    const chinese = guide.replace(/\.md$/, ".zh-CN.md");
    expect(existsSync(chinese), chinese).toBe(true);
    for (const file of [guide, chinese]) {
      for (const [, target = ""] of read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        expect(existsSync(path.join("config", target)), `${file}: ${target}`).toBe(true);
      }
    }
  }
});

test("the service's settings are ones that the product knows", () => {
  const unit = read("config/systemd/lingfu.service");
  const known = read("lib/config/environment.ts");
  const names = [...unit.matchAll(/^Environment=(.+)$/gm)].flatMap(([, line = ""]) =>
    line.split(" ").map((each) => each.split("=")[0] ?? ""),
  );
  expect(names).toContain("DATA_DIR");
  for (const name of names) expect(name === "NODE_COMPILE_CACHE" || known.includes(`  ${name}: `), name).toBe(true);
  for (const line of [
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "CapabilityBoundingSet=",
    "SystemCallFilter=@system-service",
  ]) {
    expect(unit).toContain(line);
  }
});
