import { expect, test } from "vitest";
import { ALL_RIGHTS } from "#lib/auth/admin-roles.ts";
import { peopleText } from "#lib/texts/admin.ts";
import { RIGHT_GROUPS } from "./role-groups.ts";

const shown = RIGHT_GROUPS.flatMap(([, rights]) => rights);

test("the table of roles shows each right once", () => {
  expect(shown.toSorted()).toEqual(ALL_RIGHTS.toSorted());
});

test.each(["zh-CN", "en"] as const)("each right is said in words in %s", (language) => {
  const { rights, groups } = peopleText(language).roles;
  expect(Object.keys(rights).toSorted()).toEqual(ALL_RIGHTS.toSorted());
  expect(RIGHT_GROUPS.map(([group]) => groups[group]).filter(Boolean)).toHaveLength(Object.keys(groups).length);
});
