import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openapiDocument } from "#lib/contract/openapi/index.ts";
import { type Problem, problemSchema } from "#lib/contract/problem.ts";
import { typesOf } from "#lib/testing/openapi-types.ts";
import { ROUTES } from "./routes.ts";

// Goal: the description is whole, and describes what is there.

const document = openapiDocument("https://pay.example");

test("every route of the table is described, and nothing else", () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
});

test("every reference leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? "");
  expect(references.length).toBeGreaterThan(10);
  for (const reference of references) {
    expect(reference).toMatch(/^#\/components\/schemas\//);
    expect(document.components.schemas).toHaveProperty([reference.replace("#/components/schemas/", "")]);
  }
});

test("every operation has a name of its own, its path's parameters, and answers", () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  for (const { path, operation } of operations) {
    const inPath = operation.parameters.filter((parameter) => parameter.in === "path").map(({ name }) => `{${name}}`);
    expect(inPath).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
    for (const response of Object.values(operation.responses)) expect(response.description).toEqual(expect.any(String));
  }
});

test("merchant calls say how to sign in and what may go wrong", () => {
  const create = document.paths["/api/v1/orders"]?.post;
  expect(create?.security).toEqual([{ bearer: ["orders:write"] }, { signature: ["orders:write"] }]);
  expect(Object.keys(create?.responses ?? {})).toEqual([
    "200",
    "201",
    "400",
    "401",
    "403",
    "409",
    "413",
    "415",
    "429",
    "500",
    "503",
  ]);
  expect(create?.parameters).toContainEqual(expect.objectContaining({ name: "Idempotency-Key", in: "header" }));
  expect(document.components.schemas).toHaveProperty("Order");
});

test("every merchant call names one scope, what is left of the limit, and an example of each error it may answer", () => {
  const operations = Object.entries(document.paths)
    .filter(([path]) => path.startsWith("/api/v1/"))
    .flatMap(([, methods]) => Object.values(methods));
  for (const { operationId, security, responses } of operations) {
    const [{ bearer = [] } = {}] = security as { bearer?: string[] }[];
    expect([operationId, bearer]).toEqual([operationId, [expect.stringMatching(/^[a-z-]+:(?:read|write)$/)]]);
    for (const [status, { headers, content, description }] of Object.entries(responses)) {
      expect(Object.keys(headers as object)).toEqual(expect.arrayContaining(["X-Request-Id", "RateLimit"]));
      if (status.startsWith("2")) continue;
      const { examples } = (content as Record<string, { examples: Record<string, { value: Problem }> }>)[
        "application/problem+json"
      ] as { examples: Record<string, { value: Problem }> };
      expect(Object.keys(examples).length).toBeGreaterThan(0);
      for (const [code, { value }] of Object.entries(examples)) {
        expect(description).toContain(`\`${code}\``);
        expect(problemSchema.strict().parse(value)).toMatchObject({ code, status: Number(status) });
      }
    }
  }
});

test("WeChat's door says what it answers, in both of WeChat's forms", () => {
  const responses = document.paths["/payment/notify"]?.post?.responses ?? {};
  expect(Object.keys(responses)).toEqual(["200", "400", "401", "413", "415", "500"]);
  for (const { content } of Object.values(responses)) {
    expect(Object.keys(content as object)).toEqual(["application/json", "text/xml"]);
  }
  expect(Object.keys(document.paths["/api/v1/shoppers/{shopperId}"]?.delete?.responses ?? {})).toContain("404");
});

test("the types that a generator makes of it compile", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingfu-types-"));
  const file = path.join(folder, "schema.ts");
  await writeFile(file, typesOf(document));
  const flags = ["--noEmit", "--strict", "--ignoreConfig", "--types", "", "--target", "esnext", file];
  const told = spawnSync("node_modules/.bin/tsc", flags, { encoding: "utf8" });
  expect([told.status, told.stdout]).toEqual([0, ""]);
  await rm(folder, { recursive: true });
});

test("components have names of their own, and none points to itself", () => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(JSON.stringify(schema)).not.toContain(`"#/components/schemas/${name}"`);
  }
});
