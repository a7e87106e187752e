/** The order of every list that is paged by the last row shown: newest first, and by id where moments are equal. */
export const newestFirst = (): [{ createdAt: "desc" }, { id: "desc" }] => [{ createdAt: "desc" }, { id: "desc" }];

/** From a moment on, up to another one that is left out. */
export const between = (from: Date | undefined, to: Date | undefined) => ({
  ...(from === undefined ? {} : { gte: from }),
  ...(to === undefined ? {} : { lt: to }),
});

/** What comes after `last` in that order. The first condition is implied by the second, and lets an index be used. */
export const olderThan = ({ createdAt, id }: { readonly createdAt: Date; readonly id: string }) => ({
  createdAt: { lte: createdAt },
  OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }],
});
