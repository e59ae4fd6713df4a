// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that two tasks write to, and the lock that decides who may make, alter and empty one. */
class SharedTablesIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;
    private Database database;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        database = destination.database();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void tasksOfTwoPartitionsMakeAlterAndWriteOneTableTogether() {
        TopicLog otherLog = new TopicLog("erp.shop.orders", 1);
        Orders others = new Orders(otherLog, "orders");
        for (int id = 1; id <= 200; id += 2) {
            orders.insert(id, "a", id);
            others.insert(id + 1, "b", id + 1);
        }
        try (DrivenTask task = destination.task("batch.max.rows", "10");
                DrivenTask other = destination.task("batch.max.rows", "10")) {
            task.open(log);
            other.open(otherLog);
            drain(task, other, otherLog);
            new FlatRows(log, withExtra()).send(201L, "a", 1L);
            new FlatRows(otherLog, withExtra()).send(202L, "b", 2L);
            orders.update(1, "c", -1);
            others.update(2, "d", -2);
            drain(task, other, otherLog);
        }

        assertThat(database.column("SELECT concat_ws(':', id, code, amount, extra) FROM shop.orders"
                        + " WHERE amount < 0 OR extra IS NOT NULL ORDER BY id"))
                .containsExactly("1:c:-1", "2:d:-2", "201:a:1", "202:b:2");
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(202);
    }

    private static void drain(DrivenTask task, DrivenTask other, TopicLog otherLog) {
        task.turnUntil("the other task has committed everything", () -> {
            other.turn();
            return other.committed().containsKey(otherLog.partition())
                    && other.committed().get(otherLog.partition()).offset() == otherLog.end();
        });
        task.drain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders)"})
    void whoHoldsTheTablesLockKeepsItFromBeingEmptiedAndRowsAreWrittenOn(String before) throws SQLException {
        orders.insert(1, "a", 1);
        try (DrivenTask task = destination.task();
                Connection holder = database.connection();
                Statement statement = holder.createStatement()) {
            task.open(log);
            task.drain();
            // A table that others refer to is emptied by DELETE.
            database.execute(before);
            holder.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('tablecast:shop.orders', 0))");
            orders.update(1, "b", 2);
            task.drain();
            assertThat(destination.orders()).containsExactly("1:b:2");

            orders.truncate();
            orders.insert(2, "c", 3);
            task.turnUntil(
                    "it waits for the lock",
                    () -> database.number("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                                    + " WHERE a.datname = current_database() AND l.locktype = 'advisory'"
                                    + " AND NOT l.granted")
                            > 0);
            assertThat(destination.orders()).containsExactly("1:b:2");
            holder.commit();
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("2:c:3");
    }

    private static Schema withExtra() {
        return SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("extra", Schema.OPTIONAL_INT64_SCHEMA)
                .build();
    }
}
