import { expect, test } from "vitest";
import { openapiDocument } from "#lib/contract/openapi.ts";
import { docsPage } from "./docs-page.ts";
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
  expect(create?.security).toEqual([{ bearer: [] }, { signature: [] }]);
  expect(Object.keys(create?.responses ?? {})).toEqual(["201", "400", "401", "403", "409", "413", "429", "503"]);
  expect(create?.parameters).toContainEqual(expect.objectContaining({ name: "Idempotency-Key", in: "header" }));
  expect(document.components.schemas).toHaveProperty("Order");
});

test("the page to read holds it all, and loads nothing from anywhere", () => {
  const { body, headers } = docsPage(document);
  const html = String(body);
  for (const path of Object.keys(document.paths)) expect(html).toContain(path);
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1];
  expect(html).toContain(`<script nonce="${nonce}">`);
});
