// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TopicReader;
import io.tablecast.testing.TopicRecord;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Debezium's own MySQL connector in front of our sink, on one worker. */
final class DebeziumMySqlSourceIT {

    /** What both servers write alike when they are asked like this. */
    private static final String OF_MYSQL = """
            SELECT id, small, big, yes + 0, price, exact, mood, moods, born + 0, CAST(doc AS CHAR), name, note,
                   HEX(raw), HEX(fixed), day, TIME_FORMAT(at, '%H:%i:%s.%f'), DATE_FORMAT(seconds, '%Y-%m-%d %H:%i:%s'),
                   DATE_FORMAT(local, '%Y-%m-%d %H:%i:%s.%f'), DATE_FORMAT(moment, '%Y-%m-%d %H:%i:%s.%f'), flag + 0
            FROM items ORDER BY id""";

    private static final String OF_POSTGRES = """
            SELECT id, small, big, yes, price, exact, mood, moods, born, doc::jsonb, name, note,
                   upper(encode(raw, 'hex')), upper(encode(fixed, 'hex')), day, to_char(at, 'HH24:MI:SS.US'),
                   to_char(seconds, 'YYYY-MM-DD HH24:MI:SS'), to_char(local, 'YYYY-MM-DD HH24:MI:SS.US'),
                   to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), flag::int
            FROM items ORDER BY id""";

    /** Beside those of {@link MySqlReplicationIT#EVERY_TYPE}: what MariaDB has not, or has otherwise. */
    private static final String FURTHER_TYPES = """
            CREATE TABLE further_types (id int PRIMARY KEY, yes tinyint(1), small smallint, medium mediumint unsigned,
                big bigint, price decimal(12,2), whole decimal(10,0), zeros int unsigned zerofill, wide bit(64),
                seconds datetime, millis datetime(3), clock time, moment timestamp NULL, short tinytext,
                latin varchar(20) CHARACTER SET latin1, fixed char(5) CHARACTER SET latin1, bin varbinary(10), small_bin tinyblob,
                place point, shape geometry, shape_here geometry SRID 4326, embedding vector(3),
                doubled int GENERATED ALWAYS AS (id * 2) STORED, filled varchar(20) NOT NULL DEFAULT 'x',
                hidden int DEFAULT 5 INVISIBLE
            ) CHARACTER SET utf8mb4""";

    private static final String WEIGHT_COLUMNS =
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'items' AND column_name = 'weight'";

    private static Replication replication;

    @BeforeAll
    static void start() {
        assumeTrue(MySqlRelease.MYSQL.isAvailable(), "MySQL cannot be run here, so its records are not tested");
        replication = Replication.start(
                KafkaBroker.shared(),
                PostgresServer.shared(),
                PostgresServer.shared(),
                Replication.options(ExactlyOnceSource.DISABLED),
                Plugins.built().withDebezium());
    }

    @AfterAll
    static void stop() {
        if (replication != null) {
            replication.close();
        }
    }

    @Test
    void snapshotAndChangesOfEveryKindArriveEqual() {
        try (MySqlDatabase source = MySqlServer.shared(MySqlRelease.MYSQL).createDatabase();
                Database destination = PostgresServer.shared().createDatabase()) {
            source.execute("""
                    CREATE TABLE items (
                        id bigint AUTO_INCREMENT PRIMARY KEY,
                        small smallint unsigned,
                        big bigint unsigned,
                        yes tinyint(1),
                        price decimal(12,2),
                        exact double,
                        mood enum('happy', 'it''s'),
                        moods set('a', 'b', 'c'),
                        born year,
                        doc json,
                        name varchar(40) NOT NULL DEFAULT '',
                        note longtext,
                        raw blob,
                        fixed binary(4),
                        day date,
                        at time(6),
                        seconds datetime,
                        local datetime(6),
                        moment timestamp(6) NULL,
                        flag bit(1)
                    )""");
            insert(source, 1, 50);
            String name = replication.sourceName() + "-" + source.name();
            replication.rest().putConnector(name, sourceConfiguration(name, source));
            replication.rest().awaitRunning(name, Replication.PATIENCE);
            String sink = replication.sinkName() + "-" + source.name();
            replication.rest().putConnector(sink, sinkConfiguration(sink, source, destination));
            replication.rest().awaitRunning(sink, Replication.PATIENCE);
            awaitEqual(source, destination);

            insert(source, 51, 80);
            source.execute(
                    "UPDATE items SET price = price + 1, note = NULL WHERE id % 3 = 0",
                    "UPDATE items SET id = id + 10000 WHERE id % 10 = 0",
                    "DELETE FROM items WHERE id % 7 = 0",
                    "INSERT INTO items (id) VALUES (7)",
                    "ALTER TABLE items ADD COLUMN weight decimal(9,3)",
                    "UPDATE items SET weight = 2.5 WHERE id % 2 = 0");
            awaitEqual(source, destination);
            String weights = "SELECT id, weight FROM items ORDER BY id";
            List<List<String>> expected = source.rows(weights);
            Conditions.await(
                    Replication.PATIENCE,
                    () -> "the weights are not " + expected,
                    () -> destination.number(WEIGHT_COLUMNS) == 1
                            && destination.rows(weights).equals(expected));

            source.execute("TRUNCATE TABLE items", "INSERT INTO items (name, price) VALUES ('after', 1)");
            awaitEqual(source, destination);
            assertThat(TopicReader.committed(KafkaBroker.shared()).read(source.name()))
                    .as("schema changes, which the sink passes over")
                    .isNotEmpty();
            assertThat(destination.column(
                            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
                    .containsExactly("items");
            replication.rest().delete(name);
            replication.rest().delete(sink);
        }
    }

    /** The same tables through both connectors; what differs stands in the documents, and nothing else. */
    @Test
    void recordsAgreeFieldByFieldButForWhatTheDocumentsList() throws IOException {
        try (MySqlDatabase source = MySqlServer.shared(MySqlRelease.MYSQL).createDatabase()) {
            source.execute(
                    MySqlReplicationIT.EVERY_TYPE,
                    MySqlReplicationIT.insertEveryType(1),
                    FURTHER_TYPES,
                    insertFurtherTypes(1));
            Map<String, String> debezium = sourceConfiguration("debezium-" + source.name(), source);
            debezium.remove("bigint.unsigned.handling.mode");
            debezium.put("topic.prefix", "debezium-" + source.name());
            debezium.put("schema.history.internal.kafka.topic", "debezium-" + source.name() + "-history");
            debezium.put("database.server.id", "7302");
            Map<String, String> ours = new LinkedHashMap<>(Replication.CONVERTERS);
            ours.putAll(MySqlReplicationIT.sourceConfiguration(
                    "mysql-binlog-source.json", source, "tablecast-" + source.name()));
            for (Map<String, String> configuration : List.of(debezium, ours)) {
                configuration.put("topic.creation.default.partitions", "1");
                configuration.put("topic.creation.default.replication.factor", "1");
                String name = configuration.get("topic.prefix");
                configuration.put("name", name);
                replication.rest().putConnector(name, configuration);
                replication.rest().awaitRunning(name, Replication.PATIENCE);
            }
            String everyType = "-" + source.name() + "." + source.name() + ".every_type";
            String further = "-" + source.name() + "." + source.name() + ".further_types";
            awaitRows("debezium" + everyType, 4);
            awaitRows("debezium" + further, 2);
            awaitRows("tablecast" + everyType, 4);
            awaitRows("tablecast" + further, 2);
            source.execute(
                    MySqlReplicationIT.insertEveryType(11),
                    "UPDATE every_type SET name = 'changed' WHERE id = 1",
                    "DELETE FROM every_type WHERE id = 1",
                    insertFurtherTypes(11),
                    "UPDATE further_types SET filled = 'changed' WHERE id = 1",
                    "DELETE FROM further_types WHERE id = 1");

            Map<String, Set<String>> differences = new TreeMap<>();
            compare(everyType, 10, types(source, "every_type"), differences);
            compare(further, 6, types(source, "further_types"), differences);
            assertThat(differences.keySet())
                    .as("all differences: " + differences)
                    .containsExactlyInAnyOrderElementsOf(documentedDifferences());
            replication.rest().delete(debezium.get("name"));
            replication.rest().delete(ours.get("name"));
        }
    }

    private static String insertFurtherTypes(int id) {
        return """
                INSERT INTO further_types (id, yes, small, medium, big, price, whole, zeros, wide, seconds, millis, clock, moment,
                    short, latin, fixed, bin, small_bin, place, shape, shape_here, embedding) VALUES
                (%d, 1, -32768, 16777215, -9223372036854775808, 1234567890.50, 9999999999, 7, b'%s', '2026-01-31 12:34:56',
                 '2026-01-31 12:34:56.789', '12:34:56', '2026-07-01 12:00:00', 'short', 'é', 'ab', X'00FF00', X'00',
                 ST_GeomFromText('POINT(1.5 -2)'), ST_GeomFromText('LINESTRING(0 0, 1 1)'),
                 ST_GeomFromText('POLYGON((0 0, 0 1, 1 1, 0 0))', 4326), STRING_TO_VECTOR('[1, -0.5, 2.25]'));
                INSERT INTO further_types (id) VALUES (%d)""".formatted(id, "10".repeat(32), id + 1);
    }

    private static Map<String, String> types(MySqlDatabase source, String table) {
        return source
                .rows("SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
                        + " AND TABLE_NAME = '" + table + "'")
                .stream()
                .collect(Collectors.toMap(column -> column.get(0), column -> column.get(1)));
    }

    /** @param types of the columns, by their names */
    private static void compare(
            String topic, int records, Map<String, String> types, Map<String, Set<String>> differences) {
        List<JsonNode> theirs = awaitRows("debezium" + topic, records);
        List<JsonNode> own = awaitRows("tablecast" + topic, records);
        for (int i = 0; i < theirs.size(); i++) {
            for (String side : List.of("before", "after")) {
                compare(own.get(i), theirs.get(i), side, types, differences);
            }
            assertThat(own.get(i).at("/payload/op")).isEqualTo(theirs.get(i).at("/payload/op"));
        }
    }

    /** The changes of rows in a topic, as soon as there are so many: snapshots in the order of their keys. */
    private static List<JsonNode> awaitRows(String topic, int count) {
        AtomicReference<List<JsonNode>> rows = new AtomicReference<>(List.of());
        Conditions.await(
                Replication.PATIENCE,
                () -> topic + " has " + rows.get().size() + " records instead of " + count,
                () -> {
                    rows.set(rows(topic));
                    return rows.get().size() >= count;
                });
        assertThat(rows.get()).hasSize(count);
        return rows.get();
    }

    private static List<JsonNode> rows(String topic) {
        try {
            return TopicReader.committed(KafkaBroker.shared()).read(topic).stream()
                    .map(TopicRecord::value)
                    .filter(value -> !value.isMissingNode()
                            && !value.at("/payload/op").asText().equals("t"))
                    .toList();
        } catch (IllegalStateException notThereYet) {
            return List.of();
        }
    }

    private static void compare(
            JsonNode own,
            JsonNode theirs,
            String side,
            Map<String, String> types,
            Map<String, Set<String>> differences) {
        Map<String, JsonNode> ownFields = fields(own, side);
        Map<String, JsonNode> theirFields = fields(theirs, side);
        assertThat(ownFields.keySet()).containsExactlyElementsOf(theirFields.keySet());
        ownFields.forEach((column, field) -> {
            String ofOwn = shape(field) + " " + own.at("/payload/" + side + "/" + column);
            String ofTheirs = shape(theirFields.get(column)) + " " + theirs.at("/payload/" + side + "/" + column);
            boolean hasRow = !own.at("/payload/" + side).isNull()
                    && !theirs.at("/payload/" + side).isNull();
            if (hasRow && !ofOwn.equals(ofTheirs)) {
                differences
                        .computeIfAbsent(types.get(column), ignored -> new TreeSet<>())
                        .add(shortened(ofOwn) + " instead of " + shortened(ofTheirs));
            }
        });
    }

    private static Map<String, JsonNode> fields(JsonNode record, String side) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        record.at("/schema/fields").forEach(part -> {
            if (part.at("/field").asText().equals(side)) {
                part.at("/fields")
                        .forEach(field -> fields.put(field.at("/field").asText(), field));
            }
        });
        return fields;
    }

    private static String shape(JsonNode field) {
        return field.at("/type").asText() + " " + field.at("/name").asText() + " "
                + field.at("/optional").asText();
    }

    private static String shortened(String text) {
        return text.length() < 120 ? text : text.substring(0, 120) + "...";
    }

    /** The first cells of the table below its heading. */
    private static List<String> documentedDifferences() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("tablecast.root"), "docs", "record-format.md"));
        String section = document.substring(document.indexOf("### MySQL, field by field"));
        return section.lines()
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }

    private static void insert(MySqlDatabase database, int from, int to) {
        for (int i = from; i <= to; i++) {
            database.execute("""
                    INSERT INTO items VALUES (%1$d, 65535 - %1$d, 18446744073709551615 - %1$d, %1$d %% 2, %1$d / 7.0,
                        %1$d + 0.125, 'it''s', 'a,c', 2000 + %1$d, '{"i": %1$d, "text": "Jürgen 𝄞"}', 'Jürgen %1$d',
                        REPEAT('large ', 1000), UNHEX('00ff10'), UNHEX('01020300'), '1969-12-31' - INTERVAL %1$d DAY,
                        '23:59:59.999999', '1969-12-31 23:59:59', '2026-07-01 12:00:00.123456',
                        '2026-07-01 12:00:00.654321', b'1')""".formatted(i));
        }
    }

    private static Map<String, String> sourceConfiguration(String name, MySqlDatabase source) {
        MySqlServer server = source.server();
        Map<String, String> configuration = new LinkedHashMap<>(Replication.CONVERTERS);
        configuration.put("name", name);
        configuration.put("connector.class", "io.debezium.connector.mysql.MySqlConnector");
        configuration.put("tasks.max", "1");
        configuration.put("database.hostname", server.host());
        configuration.put("database.port", String.valueOf(server.port()));
        configuration.put("database.user", source.user());
        configuration.put("database.password", source.password());
        configuration.put("database.server.id", "7301");
        configuration.put("database.include.list", source.name());
        configuration.put("topic.prefix", source.name());
        configuration.put(
                "schema.history.internal.kafka.bootstrap.servers",
                KafkaBroker.shared().bootstrapServers());
        configuration.put("schema.history.internal.kafka.topic", source.name() + "-history");
        configuration.put("skipped.operations", "none");
        configuration.put("bigint.unsigned.handling.mode", "precise");
        configuration.put("column.propagate.source.type", ".*");
        configuration.put("heartbeat.interval.ms", "200");
        return configuration;
    }

    private static Map<String, String> sinkConfiguration(String name, MySqlDatabase source, Database destination) {
        Map<String, String> configuration = replication.sinkConfiguration(Map.of());
        configuration.put("name", name);
        configuration.put("connection.url", destination.jdbcUrl());
        configuration.put("topics.regex", "(__debezium-heartbeat\\.)?" + source.name() + "(\\..*)?");
        configuration.put("table.name.format", "public.${table}");
        return configuration;
    }

    private static void awaitEqual(MySqlDatabase source, Database destination) {
        List<List<String>> expected = source.rows(OF_MYSQL);
        Conditions.await(
                Replication.PATIENCE,
                () -> "the destination has " + destination.rows(OF_POSTGRES) + " instead of " + expected,
                () -> destination.number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('items')") == 1
                        && destination.rows(OF_POSTGRES).equals(expected));
    }
}
