/** Where a link to join leads. */
export const joinAddress = (publicUrl: string, token: string): string => `${publicUrl}/admin/join/${token}`;
