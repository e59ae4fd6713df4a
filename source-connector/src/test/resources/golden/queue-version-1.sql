-- The queue of public.item (id integer PRIMARY KEY, name text) as the first version of the registry had it, for the
-- connector "shop". ${relation} is the table's oid.

CREATE SCHEMA IF NOT EXISTS "tablecast";

CREATE TABLE IF NOT EXISTS "tablecast".queue_version (
    version integer NOT NULL);

INSERT INTO "tablecast".queue_version SELECT 1 WHERE NOT EXISTS (SELECT FROM "tablecast".queue_version);

CREATE TABLE IF NOT EXISTS "tablecast".queue (
    table_schema text NOT NULL,
    table_name text NOT NULL,
    queue_name text NOT NULL UNIQUE,
    relation oid NOT NULL,
    function oid NOT NULL,
    key_columns text[] NOT NULL,
    generation bigint NOT NULL,
    members text[] NOT NULL,
    PRIMARY KEY (table_schema, table_name));

CREATE TABLE IF NOT EXISTS "tablecast".queue_consumer (
    consumer text NOT NULL,
    table_schema text NOT NULL,
    table_name text NOT NULL,
    confirmed pg_snapshot NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lost boolean NOT NULL DEFAULT false,
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
    k1 integer)
WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
      autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0,
      autovacuum_analyze_threshold = 1000000000);

COMMENT ON TABLE "tablecast"."queue_public_item" IS 'Changes of public.item that Tablecast has not sent to all its consumers yet';

ALTER TABLE "tablecast"."queue_public_item" REPLICA IDENTITY FULL;

CREATE INDEX ON "tablecast"."queue_public_item" (xid);

CREATE OR REPLACE FUNCTION "tablecast"."queue_public_item"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS '#variable_conflict use_column
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
        ELSIF TG_OP = ''DELETE'' THEN
            INSERT INTO "tablecast"."queue_public_item" (op, k1) VALUES (''d'', OLD."id");
        ELSIF OLD."id" IS NOT DISTINCT FROM NEW."id" THEN
            INSERT INTO "tablecast"."queue_public_item" (op, k1) VALUES (''u'', NEW."id");
        ELSE
            INSERT INTO "tablecast"."queue_public_item" (op, k1) VALUES (''d'', OLD."id"), (''c'', NEW."id");
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP = ''INSERT'' THEN
        INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''c'', "id" FROM tablecast_new;
    ELSIF TG_OP = ''DELETE'' THEN
        INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''d'', "id" FROM tablecast_old;
    ELSE
        INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''d'', k1 FROM (
            SELECT "id" AS k1 FROM tablecast_old EXCEPT SELECT "id" AS k1 FROM tablecast_new) gone;
        IF NOT FOUND THEN
            INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''u'', "id" FROM tablecast_new;
        ELSE
            INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''u'', k1 FROM (
                SELECT "id" AS k1 FROM tablecast_new INTERSECT SELECT "id" AS k1 FROM tablecast_old) kept;
            INSERT INTO "tablecast"."queue_public_item" (op, k1) SELECT ''c'', k1 FROM (
                SELECT "id" AS k1 FROM tablecast_new EXCEPT SELECT "id" AS k1 FROM tablecast_old) came;
        END IF;
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

INSERT INTO "tablecast".queue (table_schema, table_name, queue_name, relation, function, key_columns, generation, members)
VALUES ('public', 'item', 'queue_public_item', ${relation}, '"tablecast"."queue_public_item"()'::regprocedure, ARRAY['id']::text[], 1767225600000001, '{}');

UPDATE "tablecast".queue q SET members = (WITH RECURSIVE tree(relation) AS (
    SELECT q.relation
    UNION
    SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.relation)
 SELECT array_agg(tree.relation || '=' || coalesce((
            SELECT string_agg(g.oid || '/' || g.xmin || '/' || g.tgenabled::text, ',' ORDER BY g.oid)
            FROM pg_trigger g WHERE g.tgrelid = tree.relation AND g.tgfoid = q.function), '')
        || coalesce((
            SELECT string_agg('<' || i.inhparent, ',' ORDER BY i.inhparent)
            FROM pg_inherits i WHERE i.inhrelid = tree.relation), '')
        || CASE WHEN EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = tree.relation)
           THEN 's' ELSE '' END
        ORDER BY tree.relation)
 FROM tree) WHERE (table_schema, table_name) = ('public', 'item');

INSERT INTO "tablecast".queue_consumer AS c (consumer, table_schema, table_name, confirmed)
VALUES ('shop/shop', 'public', 'item', pg_current_snapshot());

INSERT INTO "tablecast".queue_structure VALUES ('d83017825acd415a7e42376d0434bede', '{"columns": [{"column": {"name": "id", "type": "integer", "identity": "NONE", "nullable": false}, "number": 1}, {"column": {"name": "name", "type": "text", "identity": "NONE", "nullable": true}, "number": 2}], "attributes": 2}');
