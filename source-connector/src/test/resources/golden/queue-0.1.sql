-- The queue of public.item (id integer PRIMARY KEY, name text) as version 0.1 makes it for the connector "shop" with
-- queue.old.rows=true. ${relation} is the table's oid.

DO $setup$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'tablecast') THEN
        CREATE SCHEMA "tablecast";
    END IF;
END $setup$;

CREATE TABLE IF NOT EXISTS "tablecast".queue_version (
    version integer NOT NULL);

INSERT INTO "tablecast".queue_version SELECT 2 WHERE NOT EXISTS (SELECT FROM "tablecast".queue_version);

CREATE TABLE IF NOT EXISTS "tablecast".queue (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    queue_name text NOT NULL UNIQUE,
    relation oid NOT NULL,
    function oid NOT NULL,
    key_columns text[] NOT NULL,
    generation bigint NOT NULL,
    members text[] NOT NULL,
    old_rows boolean NOT NULL DEFAULT false,
    watched_columns text[] NOT NULL DEFAULT '{}',
    format integer NOT NULL DEFAULT 1,
    PRIMARY KEY (table_schema, table_name));

CREATE TABLE IF NOT EXISTS "tablecast".queue_consumer (
    consumer text NOT NULL,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    confirmed pg_snapshot NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lost boolean NOT NULL DEFAULT false,
    old_rows boolean NOT NULL DEFAULT false,
    watched_columns text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (consumer, table_schema, table_name),
    FOREIGN KEY (table_schema, table_name) REFERENCES "tablecast".queue);

CREATE TABLE IF NOT EXISTS "tablecast".queue_structure (
    fingerprint text PRIMARY KEY,
    columns jsonb NOT NULL);

COMMENT ON TABLE "tablecast".queue IS 'Queues that Tablecast reads: one row per source table';

COMMENT ON TABLE "tablecast".queue_consumer IS 'Connectors that read a queue; rows seen by all of them are deleted';

COMMENT ON TABLE "tablecast".queue_structure IS 'Columns of source tables as they were, by fingerprint';

CREATE TABLE "tablecast"."queue_public_item" (
    id bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    op "char" NOT NULL,
    k1 integer,
    old_columns int2[],
    old_values text[])
WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
      autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0,
      autovacuum_analyze_threshold = 1000000000);

COMMENT ON TABLE "tablecast"."queue_public_item" IS 'Changes of public.item that Tablecast has not sent to all its consumers yet';

ALTER TABLE "tablecast"."queue_public_item" REPLICA IDENTITY FULL;

CREATE INDEX ON "tablecast"."queue_public_item" (xid);

CREATE OR REPLACE FUNCTION "tablecast"."queue_public_item"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET "DateStyle" = 'ISO' SET "IntervalStyle" = 'postgres' SET "TimeZone" = 'UTC' SET bytea_output = 'hex' SET lc_monetary FROM CURRENT AS '#variable_conflict use_column
DECLARE
    tablecast_columns int2[];
    tablecast_values text;
BEGIN
    IF TG_LEVEL = ''STATEMENT'' AND TG_ARGV[0] = ''whole'' AND TG_RELID <> ${relation} THEN
        RETURN NULL;
    END IF;
    IF TG_OP = ''TRUNCATE'' THEN
        IF TG_ARGV[0] = ''whole'' THEN
            INSERT INTO "tablecast"."queue_public_item" (op) VALUES (''t'');
        ELSIF NOT EXISTS (SELECT FROM "tablecast"."queue_public_item" WHERE xid = pg_current_xact_id() AND op = ''t'') THEN
            INSERT INTO "tablecast"."queue_public_item" (op) VALUES (''p'');
        END IF;
        RETURN NULL;
    END IF;
    IF (SELECT count(*) FROM pg_attribute
        WHERE attrelid = TG_RELID AND NOT attisdropped
        AND (attname, atttypid, atttypmod) IN ((''id'', 23, -1))) <> 1 THEN
        INSERT INTO "tablecast"."queue_public_item" (op) VALUES (''p'');
        RETURN NULL;
    END IF;
    IF TG_LEVEL = ''ROW'' THEN
        IF TG_OP = ''INSERT'' THEN
            INSERT INTO "tablecast"."queue_public_item" (op, k1) VALUES (''c'', NEW."id");
            RETURN NULL;
        ELSIF TG_OP = ''UPDATE'' THEN
            IF OLD."id" IS NOT DISTINCT FROM NEW."id" THEN
                INSERT INTO "tablecast"."queue_public_item" (op, k1) VALUES (''u'', NEW."id");
                RETURN NULL;
            END IF;
        END IF;
            SELECT array_agg(attnum ORDER BY attnum), string_agg(
                CASE WHEN ''xml''::regtype IN (t.oid, t.typbasetype) THEN format(''tablecast_row.%I::text'', attname)
                ELSE format(''CASE WHEN tablecast_row.%1$I IS DISTINCT FROM NULL THEN concat(tablecast_row.%1$I) END'', attname)
                END, '', '' ORDER BY attnum)
            INTO tablecast_columns, tablecast_values
            FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
            WHERE attrelid = ${relation} AND attnum > 0 AND NOT attisdropped AND attgenerated <> ''v'';
        EXECUTE ''INSERT INTO "tablecast"."queue_public_item" (op, k1, old_columns, old_values) SELECT ''''d'''', tablecast_row."id", $2, ARRAY['' || tablecast_values || '']::text[] FROM (SELECT ($1).*) AS tablecast_row'' USING OLD, tablecast_columns;
        IF TG_OP = ''UPDATE'' THEN
            INSERT INTO "tablecast"."queue_public_item" (op, k1) VALUES (''c'', NEW."id");
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP = ''INSERT'' THEN
        INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''c'', "id" FROM tablecast_new;
    ELSIF TG_OP = ''DELETE'' THEN
            SELECT array_agg(attnum ORDER BY attnum), string_agg(
                CASE WHEN ''xml''::regtype IN (t.oid, t.typbasetype) THEN format(''tablecast_row.%I::text'', attname)
                ELSE format(''CASE WHEN tablecast_row.%1$I IS DISTINCT FROM NULL THEN concat(tablecast_row.%1$I) END'', attname)
                END, '', '' ORDER BY attnum)
            INTO tablecast_columns, tablecast_values
            FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
            WHERE attrelid = ${relation} AND attnum > 0 AND NOT attisdropped AND attgenerated <> ''v'';
        EXECUTE ''INSERT INTO "tablecast"."queue_public_item" (op, k1, old_columns, old_values) SELECT ''''d'''', tablecast_row."id", $1, ARRAY['' || tablecast_values || '']::text[] FROM tablecast_old AS tablecast_row'' USING tablecast_columns;
    ELSIF NOT EXISTS (SELECT "id" AS k1 FROM tablecast_old EXCEPT SELECT "id" AS k1 FROM tablecast_new) THEN
            INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''u'', "id" FROM tablecast_new;
    ELSE
            SELECT array_agg(attnum ORDER BY attnum), string_agg(
                CASE WHEN ''xml''::regtype IN (t.oid, t.typbasetype) THEN format(''tablecast_row.%I::text'', attname)
                ELSE format(''CASE WHEN tablecast_row.%1$I IS DISTINCT FROM NULL THEN concat(tablecast_row.%1$I) END'', attname)
                END, '', '' ORDER BY attnum)
            INTO tablecast_columns, tablecast_values
            FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
            WHERE attrelid = ${relation} AND attnum > 0 AND NOT attisdropped AND attgenerated <> ''v'';
        EXECUTE ''INSERT INTO "tablecast"."queue_public_item" (op, k1, old_columns, old_values) SELECT ''''d'''', k1, $1, tablecast_values FROM (SELECT *, bool_and(tablecast_is_old) OVER (PARTITION BY k1) AS tablecast_is_gone FROM (SELECT "id" AS k1, true AS tablecast_is_old, ARRAY['' || tablecast_values || '']::text[] AS tablecast_values FROM tablecast_old AS tablecast_row UNION ALL SELECT "id" AS k1, false, NULL FROM tablecast_new) AS tablecast_both) AS tablecast_marked WHERE tablecast_is_old AND tablecast_is_gone'' USING tablecast_columns;
        INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''u'', k1 FROM (
            SELECT "id" AS k1 FROM tablecast_new INTERSECT SELECT "id" AS k1 FROM tablecast_old) kept;
        INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''c'', k1 FROM (
            SELECT "id" AS k1 FROM tablecast_new EXCEPT SELECT "id" AS k1 FROM tablecast_old) came;
    END IF;
    RETURN NULL;
END
';

REVOKE ALL ON FUNCTION "tablecast"."queue_public_item"() FROM PUBLIC;

CREATE OR REPLACE TRIGGER "tablecast_truncate" BEFORE TRUNCATE ON "public"."item"  FOR EACH STATEMENT EXECUTE FUNCTION "tablecast"."queue_public_item"('whole');

ALTER TABLE "public"."item" ENABLE ALWAYS TRIGGER "tablecast_truncate";

CREATE OR REPLACE TRIGGER "tablecast_insert" AFTER INSERT ON "public"."item" REFERENCING NEW TABLE AS tablecast_new FOR EACH STATEMENT EXECUTE FUNCTION "tablecast"."queue_public_item"('whole');

ALTER TABLE "public"."item" ENABLE ALWAYS TRIGGER "tablecast_insert";

CREATE OR REPLACE TRIGGER "tablecast_update" AFTER UPDATE ON "public"."item" REFERENCING OLD TABLE AS tablecast_old NEW TABLE AS tablecast_new FOR EACH STATEMENT EXECUTE FUNCTION "tablecast"."queue_public_item"('whole');

ALTER TABLE "public"."item" ENABLE ALWAYS TRIGGER "tablecast_update";

CREATE OR REPLACE TRIGGER "tablecast_delete" AFTER DELETE ON "public"."item" REFERENCING OLD TABLE AS tablecast_old FOR EACH STATEMENT EXECUTE FUNCTION "tablecast"."queue_public_item"('whole');

ALTER TABLE "public"."item" ENABLE ALWAYS TRIGGER "tablecast_delete";

INSERT INTO "tablecast".queue (table_schema, table_name, queue_name, relation, function, key_columns, generation, members,
                old_rows, watched_columns, format)
VALUES ('public', 'item', 'queue_public_item', ${relation}, '"tablecast"."queue_public_item"()'::regprocedure, ARRAY['id']::text[], 1767225600000001, '{}', true, ARRAY[]::text[], 2);

UPDATE "tablecast".queue q SET members = (WITH RECURSIVE tree(relation) AS (
    SELECT q.relation
    UNION
    SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.relation)
 SELECT ARRAY['0=' || coalesce((
            SELECT c.oid || '/' || c.relfilenode || '/'
                || string_agg(a.attnum || ':' || a.xmin, ',' ORDER BY a.attnum)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.oid = to_regclass('"tablecast".' || quote_ident(q.queue_name))
            GROUP BY c.oid, c.relfilenode), '')]
     || array_agg(tree.relation || '=' || coalesce((
            SELECT string_agg(g.oid || '/' || g.xmin || '/' || g.tgenabled::text, ',' ORDER BY g.oid)
            FROM pg_trigger g WHERE g.tgrelid = tree.relation AND g.tgfoid = q.function), '')
        || CASE WHEN tree.relation = q.relation THEN coalesce((
            SELECT 'f' || p.xmin FROM pg_proc p WHERE p.oid = q.function), '') ELSE '' END
        || coalesce((
            SELECT string_agg('<' || i.inhparent, ',' ORDER BY i.inhparent)
            FROM pg_inherits i WHERE i.inhrelid = tree.relation), '')
        || CASE WHEN EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = tree.relation)
           THEN 's' ELSE '' END
        ORDER BY tree.relation)
 FROM tree) WHERE (table_schema, table_name) = ('public', 'item');

INSERT INTO "tablecast".queue_consumer AS c (consumer, table_schema, table_name, confirmed, old_rows, watched_columns)
VALUES ('shop/shop', 'public', 'item', pg_current_snapshot(), true, '{}');

INSERT INTO "tablecast".queue_structure VALUES ('d83017825acd415a7e42376d0434bede', '{"columns": [{"column": {"name": "id", "type": "integer", "identity": "NONE", "nullable": false}, "number": 1}, {"column": {"name": "name", "type": "text", "identity": "NONE", "nullable": true}, "number": 2}], "attributes": 2}');
