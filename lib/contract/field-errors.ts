import type { z } from "zod";
import type { FieldError } from "../base/app-error.ts";

/** Every problem by the name of its field: `items.0.price`. Unknown fields are named one by one. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: "is not a known field" }));
    }
    return [{ path: pathText(issue.path), message: issue.message }];
  });
}

const pathText = (path: readonly PropertyKey[]): string => path.map(String).join(".");
