// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.TopicReader;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Debezium's own connectors on either side of ours, on one worker. */
final class DebeziumSourceIT {

    private static final String LARGE = "repeat('large ', 1000)";

    private static PostgresServer server;
    private static Replication replication;

    private String source;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(PostgresOptions.defaults().withSetting("wal_level", "logical"));
        replication = Replication.start(
                KafkaBroker.shared(),
                server,
                server,
                Replication.options(ExactlyOnceSource.DISABLED),
                Plugins.built().withDebezium());
        replication.source().execute("CREATE EXTENSION hstore");
        replication.destination().execute("CREATE EXTENSION hstore");
    }

    @AfterAll
    static void stop() {
        replication.close();
        server.close();
    }

    /** The slot belongs to the server, outlives the connector and keeps the database from being dropped. */
    @AfterEach
    void endSource() {
        replication.rest().delete(source);
        Conditions.await(
                Replication.PATIENCE,
                "the replication slot is still in use",
                () -> replication.source().number("SELECT count(*) FROM pg_replication_slots WHERE active") == 0);
        replication.source().rows("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    }

    @Test
    void snapshotAndChangesOfEveryKindArriveEqual() {
        Database database = replication.source();
        database.execute("CREATE SCHEMA shop", """
                CREATE TABLE shop.orders (
                    id bigint PRIMARY KEY,
                    code varchar(40) NOT NULL UNIQUE,
                    amount numeric(12,2),
                    note text,
                    raw bytea,
                    doc jsonb,
                    tags text[],
                    numbers int[],
                    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
                )""");
        for (String column : List.of("note", "raw", "doc", "tags", "numbers")) {
            database.execute("ALTER TABLE shop.orders ALTER COLUMN " + column + " SET STORAGE EXTERNAL");
        }
        insert(database, 1, 200);
        deploySource(
                "shop",
                Map.of(
                        "heartbeat.interval.ms", "200",
                        "provide.transaction.metadata", "true"));
        String everything = "(__debezium-heartbeat\\.)?" + prefix("shop") + "(\\..*)?";
        deploySink("shop", Map.of("topics.regex", everything));
        // Flat rows with tombstones, and flat rows that say whether they are deleted.
        deploySink("flat", flat(everything, Map.of()));
        deploySink("marked", flat(everything, Map.of("transforms.flat.delete.tombstone.handling.mode", "rewrite")));
        awaitEqual("shop.orders");

        insert(database, 201, 300);
        database.execute(
                // Large values stay as they are and are not repeated, before and after a key change and in one
                // transaction.
                "UPDATE shop.orders SET amount = amount + 1 WHERE id % 3 = 0",
                "UPDATE shop.orders SET id = id + 10000 WHERE id % 10 = 0",
                "BEGIN; UPDATE shop.orders SET note = 'new' || note WHERE id = 1;"
                        + " UPDATE shop.orders SET amount = 7 WHERE id = 1;"
                        + " UPDATE shop.orders SET id = -1 WHERE id = 1; UPDATE shop.orders SET id = -2 WHERE id = -1;"
                        + " COMMIT",
                "UPDATE shop.orders SET note = NULL, raw = NULL, doc = NULL WHERE id % 7 = 0",
                "DELETE FROM shop.orders WHERE id % 11 = 0",
                "INSERT INTO shop.orders (id, code) VALUES (11, 'again')");
        awaitEqual("shop.orders");

        database.execute("ALTER TABLE shop.orders ADD COLUMN weight numeric(9,3)");
        database.execute("UPDATE shop.orders SET weight = id / 8.0 WHERE id % 5 = 0");
        awaitEqual("shop.orders");

        for (String kind : List.of("flat", "marked")) {
            ContentComparison.awaitEqual(
                    Replication.PATIENCE,
                    TableContents.ofTable(database, "shop.orders"),
                    TableContents.ofTable(replication.destination(), kind + ".orders"));
        }

        database.execute("TRUNCATE shop.orders");
        database.execute("INSERT INTO shop.orders (id, code, weight) VALUES (1, 'after', 1.5)");
        awaitEqual("shop.orders");

        database.execute("ALTER TABLE shop.orders DROP COLUMN raw");
        database.execute("INSERT INTO shop.orders (id, code, weight) VALUES (2, 'narrower', 2.5)");
        String columns = "SELECT id, code, amount, note, doc, tags, numbers, changed_at, weight FROM shop.orders";
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                new TableContents(database, columns),
                new TableContents(replication.destination(), columns));
        assertNothingCameOfOtherTopics();
    }

    private static Map<String, String> flat(String topics, Map<String, String> settings) {
        Map<String, String> flat = new LinkedHashMap<>(settings);
        flat.put("topics.regex", topics);
        flat.put("transforms", "flat");
        flat.put("transforms.flat.type", "io.debezium.transforms.ExtractNewRecordState");
        return flat;
    }

    private static void assertNothingCameOfOtherTopics() {
        for (String topic : List.of("__debezium-heartbeat." + prefix("shop"), prefix("shop") + ".transaction")) {
            assertThat(TopicReader.committed(KafkaBroker.shared()).read(topic)).isNotEmpty();
            Conditions.await(
                    Replication.PATIENCE,
                    "the sink has not passed over " + topic,
                    () -> replication
                                    .destination()
                                    .number("SELECT count(*) FROM tablecast.sink_offset WHERE topic = '" + topic
                                            + "' AND namespace = '" + replication.sinkName() + "-shop'")
                            == 1);
        }
        assertThat(replication
                        .destination()
                        .column("SELECT table_schema || '.' || table_name"
                                + " FROM information_schema.tables WHERE table_schema IN ('public', 'shop', 'flat', 'marked')"
                                + " ORDER BY 1"))
                .containsExactly("flat.orders", "marked.orders", "shop.orders");
    }

    private static void insert(Database database, int from, int to) {
        database.execute("""
                INSERT INTO shop.orders
                SELECT i, 'code ' || i, i / 7.0, %1$s || i, convert_to(%1$s || i, 'UTF8'),
                       jsonb_build_object('text', %1$s || i), ARRAY[%1$s, i::text],
                       (SELECT array_agg(n) FROM generate_series(1, 1000) n)
                FROM generate_series(%2$d, %3$d) AS i""".formatted(LARGE, from, to));
    }

    @Test
    void valuesOfEveryTypeArriveEqual() {
        Database database = replication.source();
        database.execute("CREATE SCHEMA odd", "CREATE TYPE odd.mood AS ENUM ('happy', 'it''s')", """
                CREATE TABLE odd.types (
                    id int PRIMARY KEY,
                    small smallint,
                    big bigint,
                    price numeric(12,2),
                    exact numeric,
                    whole numeric(20,0),
                    single real,
                    double double precision,
                    cash money,
                    yes boolean,
                    name varchar(40),
                    fixed char(4),
                    day date,
                    at time,
                    at_zone timetz,
                    local timestamp,
                    local_ms timestamp(3),
                    moment timestamptz,
                    span interval,
                    code uuid,
                    raw bytea,
                    mood odd.mood,
                    doc json,
                    tree jsonb,
                    page xml,
                    host inet,
                    net cidr,
                    mac macaddr,
                    flag bit(1),
                    flags bit(11),
                    more varbit,
                    place point,
                    range int4range,
                    period tstzrange,
                    pairs hstore,
                    number oid,
                    ints int[],
                    bigs bigint[],
                    words text[],
                    names varchar(10)[],
                    days date[],
                    moments timestamptz[],
                    locals timestamp[],
                    prices numeric(8,2)[],
                    floats double precision[],
                    truths boolean[],
                    codes uuid[],
                    hosts inet[]
                )""");
        types(database, 1, 50);
        deploySource("odd", Map.of());
        deploySink("odd", Map.of());
        awaitEqual("odd.types");

        types(database, 51, 100);
        database.execute(
                "UPDATE odd.types SET price = NULL, exact = exact + 1 WHERE id % 3 = 0",
                "DELETE FROM odd.types WHERE id % 5 = 0");
        awaitEqual("odd.types");
    }

    private static void types(Database database, int from, int to) {
        database.execute("""
                INSERT INTO odd.types
                SELECT i, -i, i * 1000000000000, i / 7.0, i + 0.125, 12345678901234567890, i / 7.0, i / 7.0,
                       (i + 0.25)::numeric::money, i %% 2 = 0, 'Jürgen ' || i, 'ab', date '1969-12-31' - i,
                       time '23:59:59.999999', timetz '12:00:00.123456+00',
                       timestamp '1969-12-31 23:59:59.000001' - i * interval '1 day',
                       timestamp '2026-07-01 12:00:00.125' + i * interval '1 hour',
                       timestamptz '2026-07-01 12:00:00.123456+02' + i * interval '1 hour',
                       interval '1 year 2 months -3 days 04:05:06.789', gen_random_uuid(), decode('00ff10', 'hex'),
                       'it''s', '{"a":  [1, null]}', '{"b": "𝄞"}', '<a b="c">d</a>', '10.1.2.3/24', '10.1.2.0/24',
                       '08:00:2b:01:02:03', B'1', B'10110000001', B'101', point(i, -i), int4range(i, i + 5),
                       tstzrange('2026-01-01 00:00+00', NULL), 'a=>1, "b c"=>NULL', 4000000000,
                       ARRAY[i, NULL, -i], ARRAY[i * 1000000000000], ARRAY['x', NULL, 'ä"b', '{}'], ARRAY['n'],
                       ARRAY[date '2026-01-01', NULL], ARRAY[timestamptz '2026-07-01 12:00:00.123456+02'],
                       ARRAY[timestamp '2026-07-01 12:00:00.123456'], ARRAY[1.25, NULL], ARRAY[i / 7.0],
                       ARRAY[true, NULL], ARRAY[gen_random_uuid()], ARRAY[inet '10.0.0.1']
                FROM generate_series(%d, %d) AS i""".formatted(from, to), "INSERT INTO odd.types (id) VALUES (" + -from + ")");
    }

    /**
     * Its JDBC sink, of change events as they are and of rows that its transform makes of them. Both pass over the
     * truncate at the head of the copy.
     */
    @Test
    void debeziumsSinkAndTransformReadOurTopics() {
        Database database = replication.source();
        database.execute("CREATE SCHEMA ours", """
                CREATE TABLE ours.items (id bigint PRIMARY KEY, name text NOT NULL, price numeric(10,2), yes boolean,
                                         day date, moment timestamptz)""", """
                INSERT INTO ours.items SELECT i, 'name ' || i, i / 4.0, i % 2 = 0, date '2026-01-01' + i, now()
                FROM generate_series(1, 100) AS i""");
        source = replication.sourceName();
        replication.deploySource(
                Map.of("mode", "queue", "topic.prefix", prefix("ours"), "table.include.list", "ours\\..*"));
        deployDebeziumsSink("plain_items", Map.of());
        deployDebeziumsSink(
                "flat_items",
                Map.of(
                        "transforms", "unwrap",
                        "transforms.unwrap.type", "io.debezium.transforms.ExtractNewRecordState",
                        "transforms.unwrap.delete.tombstone.handling.mode", "tombstone"));
        awaitItems("plain_items");
        awaitItems("flat_items");

        database.execute(
                "UPDATE ours.items SET price = NULL, name = 'changed' WHERE id % 3 = 0",
                "UPDATE ours.items SET id = -id WHERE id % 10 = 0",
                "DELETE FROM ours.items WHERE id % 7 = 0",
                "INSERT INTO ours.items (id, name) VALUES (1000, 'new')");
        awaitItems("plain_items");
        awaitItems("flat_items");
    }

    private static void deployDebeziumsSink(String table, Map<String, String> settings) {
        Map<String, String> configuration = DebeziumConnectors.jdbcSink(replication.destination());
        configuration.put("name", table);
        configuration.put("topics", prefix("ours") + ".ours.items");
        configuration.put("collection.name.format", table);
        configuration.putAll(settings);
        replication.rest().putConnector(table, configuration);
        replication.rest().awaitRunning(table, Replication.PATIENCE);
    }

    private static void awaitItems(String table) {
        Conditions.await(
                Replication.PATIENCE,
                "Debezium's sink has not made " + table,
                () -> replication.destination().value("SELECT to_regclass('" + table + "')") != null);
        String columns = "SELECT id, name, price, yes, day, moment FROM ";
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                new TableContents(replication.source(), columns + "ours.items"),
                new TableContents(replication.destination(), columns + table));
    }

    private void deploySource(String schema, Map<String, String> settings) {
        source = replication.sourceName() + "-" + schema;
        Map<String, String> configuration = DebeziumConnectors.postgresSource(replication.source());
        configuration.put("name", source);
        configuration.put("slot.name", "slot_" + schema);
        configuration.put("publication.name", "publication_" + schema);
        configuration.put("topic.prefix", prefix(schema));
        configuration.put("table.include.list", schema + "\\..*");
        configuration.putAll(settings);
        replication.rest().putConnector(source, configuration);
        replication.rest().awaitRunning(source, Replication.PATIENCE);
    }

    private static void deploySink(String schema, Map<String, String> settings) {
        ConnectRest rest = replication.rest();
        String name = replication.sinkName() + "-" + schema;
        Map<String, String> configuration = replication.sinkConfiguration(Map.of());
        configuration.put("name", name);
        configuration.put("topics.regex", prefix(schema) + "\\..*");
        configuration.put("table.name.format", schema + ".${table}");
        configuration.putAll(settings);
        rest.putConnector(name, configuration);
        rest.awaitRunning(name, Replication.PATIENCE);
    }

    private static String prefix(String schema) {
        return replication.topic(schema);
    }

    private static void awaitEqual(String table) {
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                TableContents.ofTable(replication.source(), table),
                TableContents.ofTable(replication.destination(), table));
    }
}
