import { z } from "zod";
import { REPORT_DAYS_DEFAULT, REPORT_DAYS_MAX } from "../base/limits.ts";
import { momentSchema } from "./money.ts";
import { CHANNELS } from "./order.ts";

const daySchema = z.iso.date({ error: "must be a day such as 2026-07-01" });

/** The query of `GET /api/v1/reports/daily`. Days in Beijing, both ends included. */
export const dailyReportQuerySchema = z
  .strictObject({
    from: daySchema
      .optional()
      .describe(`The first day, in Beijing time; ${REPORT_DAYS_DEFAULT} days up to \`to\` when absent`),
    to: daySchema.optional().describe(`The last day, included; today when absent. At most ${REPORT_DAYS_MAX} days`),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ["to"],
    error: "must not be before from",
  });
export type DailyReportQuery = z.output<typeof dailyReportQuerySchema>;

/** In fen; a day may come to more than one order can. */
const sumSchema = z.int().min(0);

const figures = {
  payments: z.int().min(0).describe("Payments that settled their order, by when they were made"),
  amountPaid: sumSchema.describe("What these come to, before refunds and fees"),
  refunds: z.int().min(0).describe("Refunds of such payments, by when the money went back"),
  amountRefunded: sumSchema,
  amountNet: z.int().describe("`amountPaid` less `amountRefunded`; below zero where more went back than came"),
};

const channelDaySchema = z.object({ channel: z.enum(CHANNELS), ...figures });

const reportDaySchema = z
  .object({
    day: z.string().describe("In Beijing time, such as `2026-07-01`"),
    isOver: z.boolean().describe("false: the day is not over, and its figures grow"),
    orders: z.int().min(0).describe("Orders made on that day"),
    ...figures,
    amountDiscount: sumSchema.describe("What your promotions took off these payments"),
    otherRefunds: z
      .int()
      .min(0)
      .describe("Refunds of money that settled no order (late, extra), which is not in `amountPaid`"),
    amountOtherRefunded: sumSchema,
    amountFees: z.int().nullable().describe("WeChat Pay's fees, from its bill; null until the day is reconciled"),
    amountAfterFees: z.int().nullable().describe("`amountNet` less `amountFees`"),
    channels: z.array(channelDaySchema).describe("The same by channel; they add up to the day"),
  })
  .meta({ id: "ReportDay" });

export const dailyReportSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    currency: z.literal("CNY"),
    generatedAt: momentSchema,
    data: z.array(reportDaySchema).describe("One for each day, the first day first"),
    nextCursor: z.null(),
  })
  .meta({ id: "DailyReport" });
export type DailyReport = z.output<typeof dailyReportSchema>;
