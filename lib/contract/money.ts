import { z } from "zod";
import { AMOUNT_FEN_MAX } from "../base/limits.ts";

/** An amount in fen as it stands in answers. */
export const fenSchema = z.int().min(0).max(AMOUNT_FEN_MAX).describe("Amount in fen (1 yuan = 100 fen)");

/** RFC 3339 in UTC. */
export const momentSchema = z.iso.datetime().describe("RFC 3339, UTC");
