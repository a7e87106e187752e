/** Whether two answers of our server say the same: what SWR compares is JSON, and a difference only draws once more. */
export const dequal = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
