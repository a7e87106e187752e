import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

export interface Violation {
  readonly isGrave: boolean;
  /** The rule, and the elements that break it. */
  readonly text: string;
}

/** What axe has to say of a page and of the frames in it, by all rules or by one. */
export async function axeViolations(page: Page, rule?: string): Promise<Violation[]> {
  // Legacy mode reads the page where it stands; the other opens a second page for each reading, for frames of other origins.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rule === undefined ? axe : axe.withRules(rule)).analyze();
  return violations.map(({ id, impact, nodes }) => ({
    isGrave: impact === "serious" || impact === "critical",
    text: `${id}: ${nodes.map((node) => node.html).join(" ")}`,
  }));
}
