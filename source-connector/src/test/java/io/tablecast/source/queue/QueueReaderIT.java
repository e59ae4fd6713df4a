// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The records of a followed table. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class QueueReaderIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PostgresVersion version;
    private Database database;
    private FollowedLog log;

    QueueReaderIT(PostgresVersion version) {
        this.version = version;
    }

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared(version).createDatabase();
        log = new FollowedLog(database, "shop", Map.of());
    }

    @AfterEach
    void dropDatabase() {
        log.close();
        database.close();
    }

    @Test
    void firstCopyIsFollowedByEveryChange() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, name text)", "INSERT INTO item VALUES (1, 'a'), (2, 'b')");
        log.start(ITEM);
        log.awaitSize(3);

        execute("INSERT INTO item VALUES (3, 'c')", 4);
        execute("UPDATE item SET name = 'd' WHERE id = 1", 5);
        execute("DELETE FROM item WHERE id = 2", 7);
        execute("UPDATE item SET id = 9 WHERE id = 3", 10);
        execute("TRUNCATE item", 11);

        assertThat(log.brief(0))
                .containsExactly("t", "r 1", "r 2", "c 3", "u 1", "d 2", "- 2", "d 3", "- 3", "c 9", "t");
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void recordsNameTheirTransactionAndPosition() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, name text)");
        log.start(ITEM);
        log.awaitSize(1);

        execute("BEGIN; INSERT INTO item VALUES (1, 'a'), (2, 'b'); DELETE FROM item WHERE id = 2; COMMIT", 4);

        Struct created = (Struct) log.records(1).get(0).value();
        Struct deleted = (Struct) log.records(1).get(1).value();
        String transaction = database.value("SELECT min(xid::text) FROM tablecast.queue_public_item");
        assertThat(created.getStruct("transaction").getString("id")).isEqualTo(transaction);
        assertThat(created.getStruct("transaction").getInt64("total_order")).isEqualTo(1);
        assertThat(deleted.getStruct("transaction").getInt64("data_collection_order"))
                .isEqualTo(2);
        assertThat(created.getStruct("source").getInt64("txId")).isEqualTo(Long.parseLong(transaction));
        assertThat(created.getStruct("source").getString("sequence")).isEqualTo("[null,\"1\"]");
        assertThat(created.getStruct("source").getInt64("ts_ms"))
                .isEqualTo(database.number("SELECT floor(extract(epoch FROM changed_at) * 1000)::bigint FROM"
                        + " tablecast.queue_public_item WHERE id = 1"));
        assertThat(deleted.getStruct("before").getInt32("id")).isEqualTo(2);
    }

    @Test
    void transactionThatCommitsLateIsNotLost() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);

        try (Connection late = database.connection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO item VALUES (1)");
            execute("INSERT INTO item VALUES (2)", 2);
            execute("INSERT INTO item VALUES (3)", 3);
            late.commit();
        }
        log.awaitSize(4);

        assertThat(log.brief(1)).containsExactly("c 2", "c 3", "c 1");
    }

    @Test
    void deleteAndReinsertInTwoTransactionsEndWithTheRow() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, name text)", "INSERT INTO item VALUES (1, 'old')");
        log.start(ITEM);
        log.awaitSize(2);

        try (Connection inserter = database.connection();
                Connection deleter = database.connection();
                Statement insert = inserter.createStatement();
                Statement delete = deleter.createStatement()) {
            inserter.setAutoCommit(false);
            deleter.setAutoCommit(false);
            // The inserter's transaction id is the lower one.
            insert.execute("SELECT pg_current_xact_id()");
            delete.execute("DELETE FROM item");
            deleter.commit();
            insert.execute("INSERT INTO item VALUES (1, 'new')");
            inserter.commit();
        }

        log.awaitEqual(ITEM, 1);
        assertThat(log.rows(ITEM)).containsEntry("1", "1|new");
    }

    @Test
    void swappedKeysAndSwappedUniqueValuesEndRight() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY DEFERRABLE, code text UNIQUE DEFERRABLE)",
                "INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        log.start(ITEM);
        log.awaitSize(4);

        database.execute(
                "UPDATE item SET id = 3 - id WHERE id < 3",
                "UPDATE item SET code = CASE code WHEN 'a' THEN 'c' ELSE 'a' END WHERE code <> 'b'",
                "UPDATE item SET id = id + 1");

        log.awaitEqual(ITEM, 1);
    }

    @Test
    void rowThatATriggerWritesAgainStays() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, deleted int DEFAULT 0)",
                "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO item VALUES (OLD.id, 1); RETURN NULL; END'",
                "CREATE TRIGGER keep AFTER DELETE ON item FOR EACH ROW EXECUTE FUNCTION keep()",
                "INSERT INTO item VALUES (1), (2)");
        log.start(ITEM);
        log.awaitSize(3);

        database.execute("DELETE FROM item WHERE id = 1");

        log.awaitEqual(ITEM, 1);
        assertThat(log.rows(ITEM)).containsEntry("1", "1|1");
    }

    @Test
    void truncateBetweenOtherInsertsKeepsItsPlace() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);

        try (Connection session = database.connection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            database.execute("INSERT INTO item VALUES (1)");
            statement.execute("INSERT INTO item VALUES (2)");
            statement.execute("TRUNCATE item");
            statement.execute("INSERT INTO item VALUES (3)");
            session.commit();
            database.execute("INSERT INTO item VALUES (4)");
        }

        log.awaitEqual(ITEM, 1);
        assertThat(log.brief(1)).containsSubsequence("t", "c 3").endsWith("c 4");
    }

    @Test
    void repeatedUpdatesOfOneWindowAreSentOnce() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, n int)");
        log.start(ITEM);
        log.awaitSize(1);

        try (Connection session = database.connection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("INSERT INTO item VALUES (1, 0), (2, 0)");
            for (int i = 0; i < 50; i++) {
                statement.execute("UPDATE item SET n = n + 1 WHERE id = 1");
            }
            statement.execute("DELETE FROM item WHERE id = 2");
            session.commit();
        }

        log.awaitSize(4);
        assertThat(log.brief(1)).containsExactly("c 1", "d 2", "- 2");
        log.awaitEqual(ITEM, 1);
    }

    @Test
    void conditionTurnsLeavingRowsIntoDeletesAndKeepsForeignOnesOut() {
        log = new FollowedLog(
                database,
                "shop",
                Map.of("condition", "state = 'a' OR EXISTS (SELECT FROM extra e WHERE e.id = item.id)"));
        database.execute(
                "CREATE TABLE extra (id int)",
                "INSERT INTO extra VALUES (7)",
                "CREATE TABLE item (id int PRIMARY KEY, state text)",
                "INSERT INTO item VALUES (1, 'a'), (2, 'b')");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("INSERT INTO item VALUES (3, 'b')");
        execute("UPDATE item SET state = 'b' WHERE id = 1", 4);
        execute("UPDATE item SET state = 'a' WHERE id = 2", 5);
        execute("INSERT INTO item VALUES (7, 'b')", 6);

        assertThat(log.brief(0)).containsExactly("t", "r 1", "d 1", "- 1", "u 2", "c 7");
    }

    @Test
    void noDataTableBeginsWithTheNextChange() {
        log = new FollowedLog(database, "shop", Map.of("snapshot.mode", "no_data", "tombstones.on.delete", "false"));
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        await().atMost(PATIENCE).until(() -> log.heartbeats() > 0);

        database.execute("INSERT INTO item VALUES (2)");
        await().atMost(PATIENCE).until(() -> log.brief(0).size() == 1);
        database.execute("DELETE FROM item WHERE id = 2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log.brief(0)).containsExactly("c 2", "d 2"));
    }

    @Test
    void tableNamedLikeOurAliasesAndKeysOfOddTypesAreRead() {
        TableId odd = new TableId("public", "w");
        database.execute(
                "CREATE DOMAIN short AS varchar(4) NOT NULL",
                "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE w (id numeric, k1 short, source mood, at timestamptz, span interval, w int,"
                        + " PRIMARY KEY (id, k1, source, at, span))",
                "INSERT INTO w VALUES (1.50, 'a', 'sad', '2026-01-01', '1 day', 1)");
        log.start(odd);
        log.awaitSize(2);

        execute("UPDATE w SET w = 2", 3);
        execute("UPDATE w SET id = 1.5", 6);
        execute("UPDATE w SET span = '24:00'", 9);
        execute("DELETE FROM w", 11);

        assertThat(log.brief(2).stream().map(text -> text.substring(0, 1)))
                .containsExactly("u", "d", "-", "c", "d", "-", "c", "d", "-");
    }

    private void execute(String sql, int sizeAfterwards) {
        database.execute(sql);
        log.awaitSize(sizeAfterwards);
    }
}
