// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.source;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.queue.QueueAdministration;
import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What watches the tables of one database. */
enum Watching {
    NOTHING("no trigger") {
        @Override
        void begin(Database database) {}
    },
    TABLECAST("Tablecast") {
        @Override
        void begin(Database database) throws SQLException, InterruptedException {
            setUp(database, "false");
        }
    },
    TABLECAST_OLD_ROWS("Tablecast, `queue.old.rows=true`") {
        @Override
        void begin(Database database) throws SQLException, InterruptedException {
            setUp(database, "true");
        }
    },
    ROW_LEVEL("a row-level trigger") {
        /** As they are usually written: one row of a queue for each row of the table. */
        @Override
        void begin(Database database) {
            for (Bank.Table table : Bank.Table.values()) {
                database.execute(
                        "CREATE TABLE %s_queue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, op text, key bigint)"
                                .formatted(table.tableName()),
                        """
                        CREATE FUNCTION %1$s_queue() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                            IF TG_OP = 'DELETE' THEN
                                INSERT INTO %1$s_queue (op, key) VALUES ('d', OLD.%2$s);
                            ELSE
                                INSERT INTO %1$s_queue (op, key) VALUES (lower(left(TG_OP, 1)), NEW.%2$s);
                            END IF;
                            RETURN NULL;
                        END$$""".formatted(table.tableName(), table.key()),
                        "CREATE TRIGGER queue AFTER INSERT OR UPDATE OR DELETE ON %1$s FOR EACH ROW EXECUTE FUNCTION %1$s_queue()"
                                .formatted(table.tableName()));
            }
        }
    };

    private final String words;

    Watching(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    abstract void begin(Database database) throws SQLException, InterruptedException;

    private static void setUp(Database database, String oldRows) throws SQLException, InterruptedException {
        SourceSettings settings = SourceSettings.parse(Map.of(
                "name",
                "burden",
                "connection.url",
                database.jdbcUrl(),
                "connection.user",
                database.user(),
                "connection.password",
                database.password(),
                "topic.prefix",
                "burden",
                "mode",
                "queue",
                "queue.old.rows",
                oldRows,
                "table.include.list",
                "public\\..*"));
        QueueAdministration queues = new QueueAdministration(settings, Duration.ofSeconds(10));
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            List<TableId> tables = queues.tables(connection);
            for (TableId table : tables) {
                queues.setUp(connection, table, database.user());
            }
        }
    }
}
