import { test } from "../support/crash/test.ts";
import { codepayCases } from "./codepay-cases.ts";

test.use({ sandboxApi: "v2" });

codepayCases();
