import { amountText } from "../ui/amount.tsx";

/** `−¥12.00`, with a true minus sign. */
export const signedAmount = (amount: number): string => `${amount < 0 ? "−" : ""}${amountText(Math.abs(amount))}`;
