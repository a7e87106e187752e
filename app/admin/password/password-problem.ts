import "server-only";
import type { AppError } from "#lib/base/app-error.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { explain } from "../run-admin-action.ts";

const REASONS = ["short", "long", "weak", "same"] as const;

/** Why a password was not taken. */
export function passwordProblem(cause: AppError, text: AdminText): string {
  if (cause.code === "forbidden") return text.password.wrong;
  const why = cause.errors[0]?.message;
  const reason = REASONS.find((each) => each === why);
  return reason === undefined ? explain(cause, text) : text.password[reason];
}
