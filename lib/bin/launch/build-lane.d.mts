/** @param folder inside the project; by default `.lane` */
export function buildLane(folder?: string): Promise<void>;
