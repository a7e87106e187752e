import { expect, test } from "vitest";
import { parseConnections } from "./connections.ts";

const TEXT = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0 100 0 0 10 0
   1: 0100007F:0BB8 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 101 1 0 20 4 30 10 -1
   2: 0100007F:C350 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000     0        0 102 1 0 20 4 30 10 -1
   3: 0000000000000000FFFF00000100007F:0BB8 0000000000000000FFFF00000100007F:C352 01 00000000:00000000 00:00000000 00000000 0 0 103 1
`;

test("open connections at the port are counted: not the listening socket, and not the other end", () => {
  expect(parseConnections(TEXT, 3_000)).toEqual(["101", "103"]);
  expect(parseConnections(TEXT, 3_001)).toEqual([]);
});
