import "server-only";
import { mayDo, type Role } from "#lib/auth/admin-roles.ts";
import { listPeople } from "#lib/storage/administration/people.ts";
import type { AdminRequest } from "../../admin-request.ts";

/** How many people may answer a refund that somebody asks for. */
export async function countApprovers({ container }: Pick<AdminRequest, "container">): Promise<number> {
  const people = await listPeople(container.database.pool);
  return people.filter(({ role, disabledAt }) => disabledAt === null && mayDo(role as Role, "refunds.approve")).length;
}

/** Whether somebody other than the reader could answer. */
export async function canBeAnswered(adminRequest: Pick<AdminRequest, "container" | "may">): Promise<boolean> {
  return (await countApprovers(adminRequest)) > (adminRequest.may("refunds.approve") ? 1 : 0);
}
