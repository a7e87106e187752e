import { refundCases } from "./refund-cases.ts";

refundCases();
