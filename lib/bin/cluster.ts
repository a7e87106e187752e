// npm run cluster [-- --kills 20] [--way haproxy|pgbouncer]: PostgreSQL with a synchronous standby under Patroni, whose primary is
// killed again and again while shoppers pay. Takes Debian's packages, and some minutes; everything is on loopback.
import { parseArgs } from "node:util";
import { type ClusterWay, runCluster } from "../../e2e/cluster/run-cluster.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "20" }, way: { type: "string" } } });
const WAYS: readonly ClusterWay[] = ["haproxy", "pgbouncer"];
const ways = values.way === undefined ? WAYS : WAYS.filter((way) => way === values.way);
const kills = Number(values.kills);
if (ways.length === 0 || !Number.isInteger(kills) || kills < 1 || kills > 200) {
  console.error(`✗ --way is one of ${WAYS.join(", ")}, --kills a number from 1 to 200`);
  process.exit(2);
}
process.exit((await runCluster({ kills, ways })) ? 0 : 1);
