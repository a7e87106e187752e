import { codepayCases } from "./codepay-cases.ts";
import { test } from "./test.ts";

test.use({ sandboxApi: "v2" });

codepayCases();
