import pg from "pg";

// The embedded database belongs to a plain role: what the processes run as can change its own tables and nothing else, neither
// read files of the server nor make roles. The superuser is used at the first start alone, by this.

export interface Ownership {
  /** As superuser, to a database that is there. */
  readonly superuserUrl: string;
  /** The role, its password and its database, as the processes will connect. */
  readonly ownerUrl: string;
}

/** Two starts at once make one role. */
const OWNER_LOCK = 71_078;

/**
 * Makes the role and its database where they are absent, and gives the role what older versions made as superuser. Safe to run
 * again, also after it ended half-way.
 */
export async function giveDatabaseToOwner({ superuserUrl, ownerUrl }: Ownership): Promise<void> {
  const { role, password, database } = partsOf(ownerUrl);
  const client = await connect(superuserUrl);
  try {
    await client.query("select pg_advisory_lock($1)", [OWNER_LOCK]);
    await makeRole(client, role, password);
    await makeDatabase(client, database, role);
    const within = new URL(superuserUrl);
    within.pathname = `/${encodeURIComponent(database)}`;
    await giveObjects(within.href, role);
  } finally {
    await client.end(); // The lock goes with the session.
  }
}

function partsOf(url: string): { role: string; password: string; database: string } {
  const { username, password, pathname } = new URL(url);
  const [role, secret, database] = [username, password, pathname.slice(1)].map(decodeURIComponent);
  if (!role || !secret || !database) throw new Error("the owner's address names no role, password or database");
  return { role, password: secret, database };
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: "lingfu owner" });
  await client.connect();
  return client;
}

const ABILITIES = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls";

async function makeRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
  const verb = rowCount === 0 ? "create" : "alter";
  await client.query(`${verb} role ${pg.escapeIdentifier(role)} ${ABILITIES} password ${pg.escapeLiteral(password)}`);
}

async function makeDatabase(client: pg.Client, database: string, role: string): Promise<void> {
  const [name, owner] = [pg.escapeIdentifier(database), pg.escapeIdentifier(role)];
  const { rowCount } = await client.query("select from pg_database where datname = $1", [database]);
  await client.query(
    rowCount === 0 ? `create database ${name} owner ${owner}` : `alter database ${name} owner to ${owner}`,
  );
}

const OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";
/** A sequence that belongs to a column goes with its table. */
const BELONGS = `exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))`;
/**
 * Everything of ours that the superuser owns, as the statement that gives it away. `reassign owned` refuses the superuser that
 * made the cluster, since the system itself is owned by it.
 */
const HELD = `
  select format('alter schema %I owner to ', n.nspname) as give from pg_namespace n
   where ${OURS} and n.nspowner = current_user::regrole
  union all
  select format('alter table %s owner to ', c.oid::regclass) from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where ${OURS} and c.relowner = current_user::regrole and c.relkind in ('r', 'p', 'v', 'm', 'S') and not (c.relkind = 'S' and ${BELONGS})
  union all
  select format('alter routine %s owner to ', p.oid::regprocedure) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where ${OURS} and p.proowner = current_user::regrole
  union all
  select format('alter type %s owner to ', t.oid::regtype) from pg_type t join pg_namespace n on n.oid = t.typnamespace
   where ${OURS} and t.typowner = current_user::regrole
     and (t.typtype in ('e', 'd') or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))`;

async function giveObjects(url: string, role: string): Promise<void> {
  const client = await connect(url);
  try {
    await client.query("begin");
    const { rows } = await client.query<{ give: string }>(HELD);
    for (const { give } of rows) await client.query(give + pg.escapeIdentifier(role));
    const { rows: left } = await client.query<{ give: string }>(HELD);
    if (left[0] !== undefined) throw new Error(`the database's owner could not be changed: ${left[0].give}${role}`);
    await client.query("commit");
  } finally {
    await client.end();
  }
}
