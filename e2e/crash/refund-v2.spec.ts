import { refundCases } from "./refund-cases.ts";
import { test } from "./test.ts";

test.use({ sandboxApi: "v2" });

refundCases();
