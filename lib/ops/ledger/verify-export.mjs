// A verifier of exported ledgers that shares no code with the product; README.md beside this file is what it was written from.
// node verify-export.mjs ledger.jsonl [anchors.jsonl]   prints "table id problem" for each finding; exit code 1 if there is one.
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";

const TABLES = { journal: "journal_entries", audit: "audit_log" };
const CHAIN_OF = { journal_entries: "journal", audit_log: "audit" };
const heads = {};
const anchors = [];
const links = { journal: new Map(), audit: new Map() };
const ids = { journal: [], audit: [] };
const computed = { journal: new Map(), audit: new Map() };
const booked = new Map();
const findings = new Set();
const find = (table, id, problem) => findings.add(`${table} ${id} ${problem}`);

const netstring = (text) => (text === null ? "-," : `${Buffer.byteLength(text, "utf8")}:${text},`);
const hashOf = (before, bytes) => createHash("sha256").update(Buffer.from(before, "hex")).update(bytes).digest("hex");
const GENESIS = "0".repeat(64);

async function* linesOf(file) {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.endsWith("}")) yield JSON.parse(line);
  }
}

function readRow(table, { id, fields, lines }) {
  const chain = CHAIN_OF[table];
  const bytes = [table, id, ...fields, ...lines.flat()].map(netstring).join("");
  ids[chain].push(id);
  // The link's own hash, and the one that the next row would have to follow if only the link was changed.
  const link = links[chain].get(id);
  const hash = link === undefined ? null : hashOf(link.before, bytes);
  // Its bytes are needed again only where the row before did not fit: kept of all, they would take a gigabyte of a million rows.
  const previous = link && computed[chain].get(link.beforeId);
  const again = previous !== undefined && previous.hash !== null && previous.hash !== link.before;
  computed[chain].set(id, { bytes: again ? bytes : null, hash: hash === link?.hash ? link.hash : hash });
  if (table !== "journal_entries") return;
  let balance = 0n;
  const [cause, orderId] = fields;
  let [paid, refunded] = [0n, 0n];
  for (const [account, debit, credit] of lines) {
    balance += BigInt(debit) - BigInt(credit);
    if (!["wechat_clearing", "vouchers"].includes(account)) continue;
    if (cause.startsWith("payment:")) paid += BigInt(debit);
    if (cause.startsWith("refund:")) refunded += BigInt(credit);
  }
  if (balance !== 0n || lines.length === 0) find(table, id, "unbalanced");
  if (orderId !== null) book(orderId, paid, refunded);
}

/** What the journal says of an order, less what the order itself says: nothing is left where they agree. */
function book(orderId, paid, refunded) {
  const sums = booked.get(orderId) ?? { paid: 0n, refunded: 0n };
  booked.set(orderId, { paid: sums.paid + paid, refunded: sums.refunded + refunded });
}

let last = { journal: { id: "0", hash: GENESIS }, audit: { id: "0", hash: GENESIS } };
function readLink({ chain, rowId, previousId, hash }) {
  links[chain].set(rowId, { rowId, previousId, hash, before: last[chain].hash, beforeId: last[chain].id });
  last = { ...last, [chain]: { id: rowId, hash } };
}

function checkChain(chain) {
  const table = TABLES[chain];
  const head = heads[chain];
  const all = [...links[chain].values()];
  const named = new Set([...all.map(({ previousId }) => previousId), head.rowId]);
  const findingsBefore = findings.size;
  for (const id of ids[chain]) {
    if (links[chain].has(id) || BigInt(id) > BigInt(head.rowId)) continue;
    find(table, id, named.has(id) ? "link_missing" : "added");
  }
  let headMayBe = all.at(-1)?.hash ?? GENESIS;
  for (const [at, link] of all.entries()) {
    const row = computed[chain].get(link.rowId);
    const next = all[at + 1];
    const nextRow = next && computed[chain].get(next.rowId);
    const previous = at > 0 ? computed[chain].get(all[at - 1].rowId) : undefined;
    const followsRow = previous?.hash != null && row?.bytes != null && hashOf(previous.hash, row.bytes) === link.hash;
    if (row === undefined) find(table, link.rowId, "missing");
    const fits = row?.hash === link.hash || followsRow;
    if (link.previousId !== link.beforeId) {
      if (fits) find("chain_links", `${chain} ${link.rowId}`, "link_changed");
      else if (!computed[chain].has(link.previousId)) find(table, link.previousId, "missing");
    } else if (row !== undefined && !fits) {
      const isLink = next
        ? nextRow?.bytes != null && hashOf(row.hash, nextRow.bytes) === next.hash
        : link.rowId === head.rowId && row.hash === head.hash;
      if (isLink && !next) headMayBe = row.hash;
      if (isLink) find("chain_links", `${chain} ${link.rowId}`, "link_changed");
      else find(table, link.rowId, "changed");
    }
  }
  const end = last[chain];
  if (BigInt(head.rowId) > BigInt(end.id)) {
    if (!computed[chain].has(head.rowId)) find(table, head.rowId, "cut_off");
  } else if (head.rowId !== end.id || head.hash !== headMayBe) find("chain_heads", chain, "head_changed");
  else if (findings.size === findingsBefore && head.rows !== String(all.length))
    find("chain_heads", chain, "head_changed");
  for (const { day, chains } of anchors) {
    const { rowId, rows, hash } = chains[chain];
    if (rows !== "0" && links[chain].get(rowId)?.hash !== hash)
      find("ledger_anchors", `${day} ${chain}`, "anchor_differs");
  }
}

const [file, anchorFile] = process.argv.slice(2);
if (file === undefined || !existsSync(file))
  throw new Error("usage: node verify-export.mjs ledger.jsonl [anchors.jsonl]");
for await (const line of linesOf(file)) {
  if (line.table === "chain_heads") heads[line.chain] = line;
  else if (line.table === "ledger_anchors") anchors.push(line);
  else if (line.table === "chain_links") readLink(line);
  else if (line.table === "journal_lines") find("journal_lines", line.id, "no_entry");
  else if (line.table === "orders") book(line.orderId, -BigInt(line.paid), -BigInt(line.refunded));
  else if (line.table !== undefined) readRow(line.table, line);
}
if (anchorFile !== undefined) for await (const anchor of linesOf(anchorFile)) anchors.push(anchor);
for (const chain of Object.keys(TABLES)) checkChain(chain);
for (const [orderId, { paid, refunded }] of booked) {
  if (paid !== 0n || refunded !== 0n) find("orders", orderId, "sums_differ");
}
const print = (line) => process.stdout.write(`${line}\n`);
for (const finding of findings) print(finding);
print(
  findings.size === 0
    ? `ok: ${ids.journal.length} journal entries, ${ids.audit.length} audit entries`
    : `${findings.size} findings`,
);
process.exitCode = findings.size === 0 ? 0 : 1;
