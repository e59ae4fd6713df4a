// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TopicReader;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
