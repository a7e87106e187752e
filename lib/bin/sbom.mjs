// npm run --silent sbom: what an installation consists of, as CycloneDX on standard output. `npm sbom --omit dev` leaves out
// packages of the product's own that a tool for building or testing needs as well (zod, commander …), so that npm lists
// everything and the lockfile says what only builds or tests.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const args = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application"];
const bill = JSON.parse(execFileSync("npm", args, { encoding: "utf8", maxBuffer: 64 * 1_048_576 }));
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));

function refOf([place, { name, version }]) {
  const folder = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  return `${name ?? folder}@${version}`;
}
const listed = Object.entries(packages).filter(([place]) => place !== "");
const needed = new Set(listed.filter(([, { dev }]) => dev !== true).map(refOf));
const left = new Set(listed.map(refOf).filter((ref) => !needed.has(ref)));

// What the lockfile does not know stays: better too much than too little.
const components = bill.components.filter((each) => !left.has(each["bom-ref"]));
const refs = new Set([bill.metadata.component, ...components].map((each) => each["bom-ref"]));
const dependencies = bill.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
console.log(JSON.stringify({ ...bill, components, dependencies }, null, 2));
