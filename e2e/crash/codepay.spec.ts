import { codepayCases } from "./codepay-cases.ts";

codepayCases();
