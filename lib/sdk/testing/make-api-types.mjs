// Types of the merchant API, from the OpenAPI document on stdin to stdout. openapi-typescript writes them by the compiler's
// JavaScript interface: run it with --import lib/bin/lint/typescript-api.mjs.
import { text } from "node:stream/consumers";
import openapiTS, { astToString } from "openapi-typescript";

const document = JSON.parse(await text(process.stdin));
process.stdout.write(astToString(await openapiTS(document, { alphabetize: false })));
