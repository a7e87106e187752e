import { test } from "../support/crash/test.ts";
import { refundCases } from "./refund-cases.ts";

test.use({ sandboxApi: "v2" });

refundCases();
