import type { Queryable } from "#lib/storage/client.ts";

// The whole schema as one text: what all migrations together come to. The embedded Postgres brings no pg_dump, so the
// catalogue is asked; each statement below lists one kind of object, and Postgres itself words it.

const TABLES = `
  select c.relname as name, obj_description(c.oid) as comment, pg_get_partkeydef(c.oid) as partition_key,
         pg_get_expr(c.relpartbound, c.oid) as partition_bound, parent.relname as parent,
         (select json_agg(json_build_object(
                   'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
                   'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'generated', a.attgenerated)
                 order by a.attnum)
            from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
         (select json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid))
                 order by array_position(array['p','u','c','f','x']::"char"[], k.contype), k.conname)
            from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f', 'x')) as constraints,
         (select json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text)
            from pg_index i
           where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid)) as indexes,
         (select json_agg(json_build_object('definition', pg_get_triggerdef(t.oid), 'mode', t.tgenabled) order by t.tgname)
            from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgparentid = 0) as triggers
    from pg_class c
    left join pg_inherits h on h.inhrelid = c.oid
    left join pg_class parent on parent.oid = h.inhparent
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_prisma_migrations'
   order by c.relname`;

const FUNCTIONS = `
  select pg_get_functiondef(p.oid) as definition
    from pg_proc p
   where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
     and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
   order by p.proname, pg_get_function_identity_arguments(p.oid)`;

const VIEWS = `
  select c.relname as name, pg_get_viewdef(c.oid, true) as definition, c.relkind = 'm' as materialized
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm') order by c.relname`;

interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly identity: "" | "a" | "d";
  readonly generated: "" | "s" | "v";
}

interface TableDescription {
  readonly name: string;
  readonly comment: string | null;
  readonly partition_key: string | null;
  readonly partition_bound: string | null;
  readonly parent: string | null;
  readonly columns: readonly TableColumn[] | null;
  readonly constraints: readonly { readonly name: string; readonly definition: string }[] | null;
  readonly indexes: readonly string[] | null;
  readonly triggers: readonly { readonly definition: string; readonly mode: string }[] | null;
}

const HEADER = `-- What all migrations come to: which version of a table, function or trigger is in force. For people to read.
-- Made by \`npm run schema\`; a test compares it with a migrated database. Never edited by hand, never run.`;

/** The schema of a migrated database, without the job queue's own; the same text for the same schema. */
export async function readSchemaSql(client: Queryable): Promise<string> {
  const tables = await client.query<TableDescription>(TABLES);
  const views = await client.query<{ name: string; definition: string; materialized: boolean }>(VIEWS);
  const functions = await client.query<{ definition: string }>(FUNCTIONS);
  const allowed = await client.query<{ machine: string; from_status: string; to_status: string }>(
    "select machine, from_status, to_status from allowed_transition order by 1, 2, 3",
  );
  return [
    HEADER,
    ...tables.rows.map(tableText),
    ...views.rows.map(
      ({ name, definition, materialized }) =>
        `create ${materialized ? "materialized " : ""}view ${name} as\n${definition.trimEnd()}`,
    ),
    `-- The moves that the triggers of the state machines allow.\n${allowed.rows
      .map(({ machine, from_status, to_status }) => `--   ${machine}: ${from_status} → ${to_status}`)
      .join("\n")}`,
    ...functions.rows.map(({ definition }) => `${definition.trimEnd()};`),
    "",
  ].join("\n\n");
}

function tableText(table: TableDescription): string {
  const { name, parent, partition_bound: bound, partition_key: key } = table;
  const columns = (table.columns ?? []).map(columnText);
  const constraints = (table.constraints ?? []).map((one) => `  constraint ${one.name} ${one.definition}`);
  const head =
    parent === null
      ? `create table ${name} (\n${[...columns, ...constraints].join(",\n")}\n)${key === null ? "" : ` partition by ${key}`};`
      : `create table ${name} partition of ${parent} ${bound};`;
  const indexes = parent === null ? (table.indexes ?? []).map((index) => `${index.replaceAll("public.", "")};`) : [];
  const triggers = (table.triggers ?? []).map(
    ({ definition, mode }) => `${definition.replaceAll("public.", "")};${mode === "O" ? "" : ` -- enabled: ${mode}`}`,
  );
  return [...(table.comment === null ? [] : [`-- ${table.comment}`]), head, ...indexes, ...triggers].join("\n");
}

function columnText({ name, type, notNull, default: value, identity, generated }: TableColumn): string {
  const made =
    identity !== ""
      ? ` generated ${identity === "a" ? "always" : "by default"} as identity`
      : generated !== ""
        ? ` generated always as (${value}) ${generated === "s" ? "stored" : "virtual"}`
        : value === null
          ? ""
          : ` default ${value}`;
  return `  ${name} ${type}${notNull ? " not null" : ""}${made}`;
}
