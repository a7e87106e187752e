"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { BACKUPS_KEPT_MAX, BACKUPS_KEPT_MIN, DRILL_DAYS_MAX } from "#lib/base/limits.ts";
import { RETENTION, RETENTION_KINDS } from "#lib/base/retention.ts";
import { keepRetention } from "#lib/storage/operations/retention.ts";
import { keepBackupSettings, requestUpkeep, type UpkeepKind } from "#lib/storage/operations/upkeep-runs.ts";
import { healthText, upkeepText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { readWholeNumber, wholeNumber } from "../../../form-numbers.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

const NOTHING = z.object({});
const ASKED_AS: Readonly<Record<UpkeepKind, string>> = {
  backup: "backup.ask",
  drill: "backup.rehearse",
  verification: "ledger.verify",
};

const ask = (kind: UpkeepKind, form: FormData): Promise<ActionState> =>
  runAdminAction({
    right: "upkeep.write",
    form,
    schema: NOTHING,
    audit: () => ({ action: ASKED_AS[kind], subject: null }),
    async work({ container, language, session }) {
      const words = upkeepText(language);
      const request = { kind, by: session.user.email, at: container.clock.now() };
      if ((await requestUpkeep(container.database.pool, request)) === null) return failed(words.busy);
      const said: Readonly<Record<UpkeepKind, string>> = {
        backup: words.backupAsked,
        drill: words.rehearseAsked,
        verification: healthText(language).ledger.asked,
      };
      return done(said[kind]);
    },
  });

export async function backUpNow(_before: ActionState, form: FormData): Promise<ActionState> {
  return ask("backup", form);
}

export async function rehearseRestore(_before: ActionState, form: FormData): Promise<ActionState> {
  return ask("drill", form);
}

export async function verifyLedgerNow(_before: ActionState, form: FormData): Promise<ActionState> {
  return ask("verification", form);
}

/** It is recorded with the change itself. */
export async function setSchedule(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "upkeep.write",
    form,
    schema: z.object({
      hour: z.literal("off").or(wholeNumber({ min: 0, max: 23 })),
      kept: wholeNumber({ min: BACKUPS_KEPT_MIN, max: BACKUPS_KEPT_MAX }),
      drillDays: z.literal("off").or(wholeNumber({ min: 1, max: DRILL_DAYS_MAX })),
    }),
    audit: null,
    async work({ container, language, session }, { hour, kept, drillDays }) {
      const settings = {
        backupHour: hour === "off" ? null : hour,
        backupsKept: kept,
        drillDays: drillDays === "off" ? null : drillDays,
      };
      const by = { by: session.user.email, at: container.clock.now() };
      await keepBackupSettings(container.database.pool, settings, by);
      return done(upkeepText(language).saved);
    },
  });
}

/** All times at once; each that changes is recorded by itself. */
export async function setRetention(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "upkeep.write",
    form,
    schema: z.record(z.string(), z.unknown()),
    audit: null,
    async work({ container, language, session }, fields) {
      const words = upkeepText(language);
      const chosen = RETENTION_KINDS.map((what) => ({ what, days: readWholeNumber(String(fields[what] ?? "")) }));
      const reasons = chosen.flatMap(({ what, days }) => {
        const { min, max } = RETENTION[what];
        if (days !== null && days >= min && days <= max) return [];
        return [{ field: "", text: fill(words.outOfBounds, { label: words.kinds[what], min, max }) }];
      });
      if (reasons.length > 0) return failed(reasons.map(({ text }) => text).join(" "));
      const at = container.clock.now();
      for (const { what, days } of chosen) {
        if (days !== null) await keepRetention(container.database.pool, { what, days, by: session.user.email, at });
      }
      return done(words.saved);
    },
  });
}
