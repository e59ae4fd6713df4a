// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;
import static io.tablecast.source.queue.QueueNames.literal;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The tables of one queue schema that say which queues there are, for whom, and how the source tables' triggers were
 * when they were made. Immutable; connections are the caller's.
 */
final class QueueRegistry {

    /** Of the registry's tables, and of the trigger functions. */
    static final int VERSION = 2;

    /** The first version whose queues have columns for old rows. */
    static final int WITH_OLD_ROWS = 2;

    private final String schema;

    QueueRegistry(String schema) {
        this.schema = schema;
    }

    String schema() {
        return schema;
    }

    /** The queues: one row per source table. */
    String queues() {
        return quote(schema) + ".queue";
    }

    /** Who reads which queue, and up to where their offsets are stored. */
    String consumers() {
        return quote(schema) + ".queue_consumer";
    }

    /** Columns of source tables by their fingerprint, so that changes between two of them can be told. */
    String structures() {
        return quote(schema) + ".queue_structure";
    }

    String queueTable(String name) {
        return quote(schema) + "." + quote(name);
    }

    /**
     * How a queue is now: an array with one element for the queue table, which changes when it is dropped, emptied by
     * TRUNCATE or altered, and one for each table of the source table's tree. That one changes when a trigger is dropped,
     * replaced, disabled or enabled, when partitions come or go, and when the table becomes a partition or a subscribed
     * table, whose rows only other triggers see; the source table's own also when the trigger function is replaced.
     *
     * @param queue the alias of a row of {@link #queues()}
     */
    String members(String queue) {
        return """
            (WITH RECURSIVE tree(relation) AS (
                SELECT %1$s.relation
                UNION
                SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.relation)
             SELECT ARRAY['%2$s=' || coalesce((
                        SELECT c.oid || '/' || c.relfilenode || '/'
                            || string_agg(a.attnum || ':' || a.xmin, ',' ORDER BY a.attnum)
                        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                        WHERE c.oid = to_regclass(%3$s || quote_ident(%1$s.queue_name))
                        GROUP BY c.oid, c.relfilenode), '')]
                 || array_agg(tree.relation || '=' || coalesce((
                        SELECT string_agg(g.oid || '/' || g.xmin || '/' || g.tgenabled::text, ',' ORDER BY g.oid)
                        FROM pg_trigger g WHERE g.tgrelid = tree.relation AND g.tgfoid = %1$s.function), '')
                    || CASE WHEN tree.relation = %1$s.relation THEN coalesce((
                        SELECT 'f' || p.xmin FROM pg_proc p WHERE p.oid = %1$s.function), '') ELSE '' END
                    || coalesce((
                        SELECT string_agg('<' || i.inhparent, ',' ORDER BY i.inhparent)
                        FROM pg_inherits i WHERE i.inhrelid = tree.relation), '')
                    || CASE WHEN EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = tree.relation)
                       THEN 's' ELSE '' END
                    ORDER BY tree.relation)
             FROM tree)""".formatted(queue, InstalledQueue.QUEUE_TABLE, literal(quote(schema) + "."));
    }

    /** The statements that make the registry. */
    List<String> statements() {
        return List.of(
                createSchema(),
                """
                CREATE TABLE IF NOT EXISTS %s.queue_version (
                    version integer NOT NULL)""".formatted(quote(schema)),
                "INSERT INTO %1$s.queue_version SELECT %2$d WHERE NOT EXISTS (SELECT FROM %1$s.queue_version)"
                        .formatted(quote(schema), VERSION),
                """
                CREATE TABLE IF NOT EXISTS %s (
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
                    PRIMARY KEY (table_schema, table_name))""".formatted(queues()),
                """
                CREATE TABLE IF NOT EXISTS %s (
                    consumer text NOT NULL,
                    table_schema text NOT NULL,
                    table_name text NOT NULL,
                    confirmed pg_snapshot NOT NULL,
                    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    lost boolean NOT NULL DEFAULT false,
                    old_rows boolean NOT NULL DEFAULT false,
                    watched_columns text[] NOT NULL DEFAULT '{}',
                    PRIMARY KEY (consumer, table_schema, table_name),
                    FOREIGN KEY (table_schema, table_name) REFERENCES %s)""".formatted(consumers(), queues()),
                """
                CREATE TABLE IF NOT EXISTS %s (
                    fingerprint text PRIMARY KEY,
                    columns jsonb NOT NULL)""".formatted(structures()),
                comment("queue", "Queues that Tablecast reads: one row per source table"),
                comment("queue_consumer", "Connectors that read a queue; rows seen by all of them are deleted"),
                comment("queue_structure", "Columns of source tables as they were, by fingerprint"));
    }

    /** IF NOT EXISTS asks for the right to create schemas even where there is nothing to create. */
    private String createSchema() {
        return """
                DO $setup$ BEGIN
                    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s) THEN
                        CREATE SCHEMA %s;
                    END IF;
                END $setup$""".formatted(literal(schema), quote(schema));
    }

    /** The statements that make the registry of an earlier version like this one. */
    List<String> upgrade() {
        return List.of(
                "ALTER TABLE " + queues() + " ADD COLUMN IF NOT EXISTS old_rows boolean NOT NULL DEFAULT false,"
                        + " ADD COLUMN IF NOT EXISTS watched_columns text[] NOT NULL DEFAULT '{}',"
                        + " ADD COLUMN IF NOT EXISTS format integer NOT NULL DEFAULT 1",
                "ALTER TABLE " + consumers() + " ADD COLUMN IF NOT EXISTS old_rows boolean NOT NULL DEFAULT false,"
                        + " ADD COLUMN IF NOT EXISTS watched_columns text[] NOT NULL DEFAULT '{}'",
                // A publication FOR ALL TABLES refuses updates of tables without an identity.
                "ALTER TABLE %s.queue_version REPLICA IDENTITY FULL".formatted(quote(schema)),
                // Descriptions of the first version held nothing of the queue table and of the function.
                """
                UPDATE %1$s q SET members = %2$s
                WHERE q.members = (
                    SELECT array_agg(regexp_replace(now.member, 'f[0-9]+', '') ORDER BY now.number)
                    FROM unnest(%2$s) WITH ORDINALITY AS now(member, number)
                    WHERE now.member NOT LIKE '%3$s=%%')""".formatted(queues(), members("q"), InstalledQueue.QUEUE_TABLE),
                "UPDATE %1$s.queue_version SET version = %2$d WHERE version < %2$d".formatted(quote(schema), VERSION));
    }

    /** The statement that removes the registry when it holds no queue, and the schema when it holds nothing else. */
    String dropIfUnused() {
        // The sink's tables may live in the same schema, and so may a user's. A literal: a name may hold any $tag$.
        return "DO "
                + literal("""
                BEGIN
                    IF EXISTS (SELECT FROM %1$s) THEN
                        RETURN;
                    END IF;
                    DROP TABLE %2$s, %1$s, %3$s, %4$s.queue_version;
                    IF NOT EXISTS (SELECT FROM pg_catalog.pg_depend
                                   WHERE refclassid = 'pg_catalog.pg_namespace'::regclass
                                   AND refobjid = %5$s::regnamespace) THEN
                        DROP SCHEMA %4$s;
                    END IF;
                END""".formatted(queues(), consumers(), structures(), quote(schema), literal(quote(schema))));
    }

    private String comment(String table, String text) {
        return "COMMENT ON TABLE " + quote(schema) + "." + table + " IS " + literal(text);
    }

    /**
     * Whether the registry is there.
     *
     * @throws ConnectException when a newer version of Tablecast made it
     */
    boolean exists(Connection connection) throws SQLException {
        return version(connection) > 0;
    }

    /** Whether an earlier version made the registry. */
    boolean isOutdated(Connection connection) throws SQLException {
        int version = version(connection);
        return version > 0 && version < VERSION;
    }

    /** 0 when there is no registry. */
    private int version(Connection connection) throws SQLException {
        if (!existsTable(connection, "queue_version") || !existsTable(connection, "queue")) {
            return 0;
        }
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT max(version) FROM " + quote(schema) + ".queue_version");
                ResultSet row = query.executeQuery()) {
            row.next();
            int version = row.getInt(1);
            if (version > VERSION) {
                throw new ConnectException("Schema \"" + schema + "\" holds queues of version " + version
                        + "; this version of Tablecast knows " + VERSION
                        + ". Install the version that made them, or set queue.schema to another schema.");
            }
            return version;
        }
    }

    // To read a view, or a table with policies, is to run what its owner wrote there.
    private boolean existsTable(Connection connection, String name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT EXISTS (
                    SELECT FROM pg_catalog.pg_class c
                    WHERE c.oid = pg_catalog.to_regclass(?) AND c.relkind = 'r' AND NOT c.relrowsecurity)""")) {
            query.setString(1, quote(schema) + "." + quote(name));
            ResultSet row = query.executeQuery();
            row.next();
            return row.getBoolean(1);
        }
    }

    /** The queue of a table, if it was set up. */
    Optional<InstalledQueue> find(Connection connection, TableId table) throws SQLException {
        if (!exists(connection)) {
            return Optional.empty();
        }
        if (isOutdated(connection)) {
            throw new ConnectException("Schema \"" + schema + "\" holds queues of an earlier version of Tablecast."
                    + " Have an administrator run the SQL of 'tablecast setup --print', which keeps what they hold.");
        }
        try (PreparedStatement query =
                connection.prepareStatement("""
                SELECT q.queue_name, q.relation, q.key_columns, q.generation, q.members, q.old_rows, q.watched_columns, q.format,
                       %s AS members_now,
                       ARRAY(SELECT format_type(a.atttypid, a.atttypmod)
                                 || coalesce(' COLLATE ' || quote_ident(n.nspname) || '.' || quote_ident(c.collname), '')
                             FROM pg_attribute a
                             LEFT JOIN pg_collation c ON c.oid = a.attcollation
                             LEFT JOIN pg_namespace n ON n.oid = c.collnamespace
                             WHERE a.attrelid = to_regclass(%s || quote_ident(q.queue_name))
                             AND a.attnum > 0 AND NOT a.attisdropped AND a.attname ~ '^k[0-9]+$'
                             ORDER BY a.attnum) AS key_types
                FROM %s q WHERE q.table_schema = ? AND q.table_name = ?""".formatted(members("q"), literal(quote(schema) + "."), queues()))) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            ResultSet row = query.executeQuery();
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(new InstalledQueue(
                    table,
                    row.getString("queue_name"),
                    row.getLong("relation"),
                    texts(row, "key_columns"),
                    texts(row, "key_types"),
                    row.getLong("generation"),
                    texts(row, "members"),
                    texts(row, "members_now"),
                    new QueueContent(OldRows.of(row.getBoolean("old_rows")), texts(row, "watched_columns")),
                    row.getInt("format")));
        }
    }

    /** The name of a table's queue, whether it is there or not. */
    String queueName(Connection connection, TableId table) throws SQLException {
        Optional<InstalledQueue> existing = find(connection, table);
        if (existing.isPresent()) {
            return existing.get().name();
        }
        String name = QueueNames.queue(table);
        return isNameTaken(connection, table, name) ? QueueNames.distinctQueue(table) : name;
    }

    /** Whether another table's queue has the name. */
    private boolean isNameTaken(Connection connection, TableId table, String queueName) throws SQLException {
        if (!exists(connection)) {
            return false;
        }
        try (PreparedStatement query = connection.prepareStatement("SELECT EXISTS (SELECT FROM " + queues()
                + " WHERE queue_name = ? AND (table_schema, table_name) <> (?, ?))")) {
            query.setString(1, queueName);
            query.setString(2, table.schema());
            query.setString(3, table.name());
            ResultSet row = query.executeQuery();
            row.next();
            return row.getBoolean(1);
        }
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }
}
