import type { z } from "zod";
import type { FieldError } from "../base/app-error.ts";
import { FIELD_ERRORS_MAX } from "../base/web-limits.ts";

/** The first problems by the name of their field: `items.0.price`. Unknown fields are named one by one. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  const found: FieldError[] = [];
  for (const issue of error.issues) {
    const room = FIELD_ERRORS_MAX - found.length;
    if (room <= 0) break;
    if (issue.code !== "unrecognized_keys") found.push({ path: pathText(issue.path), message: issue.message });
    else {
      const named = issue.keys.slice(0, room);
      found.push(...named.map((key) => ({ path: pathText([...issue.path, key]), message: "is not a known field" })));
    }
  }
  return found;
}

const pathText = (path: readonly PropertyKey[]): string => path.map(String).join(".");
