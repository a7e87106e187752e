import { X509Certificate } from "node:crypto";
import type pg from "pg";
import { inTransaction } from "../transaction.ts";

// Stays SQL: hot path. A process that calls WeChat Pay reads them before its first call.
/** Platform certificates as they were last downloaded, so that a restart does not depend on a download. */
export function gatewayKeyStore(pool: pg.Pool) {
  return {
    async load(accountId: string): Promise<readonly string[]> {
      const { rows } = await pool.query<{ pem: string }>(
        "select pem from gateway_keys where account_id = $1 and kind = 'certificate' order by valid_to desc",
        [accountId],
      );
      return rows.map(({ pem }) => pem);
    },
    /** Replaces what was kept for the account. */
    async save(accountId: string, certificatePems: readonly string[]): Promise<void> {
      const kept = certificatePems.map(describe);
      await inTransaction(pool, async (client) => {
        await client.query(
          "delete from gateway_keys where account_id = $1 and kind = 'certificate' and serial <> all($2)",
          [accountId, kept.map(({ serial }) => serial)],
        );
        for (const { serial, pem, validFrom, validTo } of kept) {
          await client.query(
            `insert into gateway_keys (account_id, serial, kind, pem, valid_from, valid_to)
             values ($1, $2, 'certificate', $3, $4, $5)
             on conflict (account_id, serial) do update
               set pem = excluded.pem, valid_from = excluded.valid_from, valid_to = excluded.valid_to, fetched_at = now()`,
            [accountId, serial, pem, validFrom, validTo],
          );
        }
      });
    },
  };
}

function describe(pem: string) {
  const certificate = new X509Certificate(pem);
  return {
    pem,
    serial: certificate.serialNumber,
    // Not `validFromDate` and `validToDate`: Node 20 lacks them.
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
  };
}
