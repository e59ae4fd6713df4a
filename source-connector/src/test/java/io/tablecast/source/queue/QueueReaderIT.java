// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueReaderIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Database database;
    private FollowedLog log;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
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
        awaitSize(3);

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
        awaitSize(1);

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
        awaitSize(1);

        try (Connection late = database.connection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO item VALUES (1)");
            execute("INSERT INTO item VALUES (2)", 2);
            execute("INSERT INTO item VALUES (3)", 3);
            late.commit();
        }
        awaitSize(4);

        assertThat(log.brief(1)).containsExactly("c 2", "c 3", "c 1");
    }

    @Test
    void deleteAndReinsertInTwoTransactionsEndWithTheRow() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, name text)", "INSERT INTO item VALUES (1, 'old')");
        log.start(ITEM);
        awaitSize(2);

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

        awaitEqual(1);
        assertThat(log.rows(ITEM)).containsEntry("1", "1|new");
    }

    @Test
    void swappedKeysAndSwappedUniqueValuesEndRight() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY DEFERRABLE, code text UNIQUE DEFERRABLE)",
                "INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        log.start(ITEM);
        awaitSize(4);

        database.execute(
                "UPDATE item SET id = 3 - id WHERE id < 3",
                "UPDATE item SET code = CASE code WHEN 'a' THEN 'c' ELSE 'a' END WHERE code <> 'b'",
                "UPDATE item SET id = id + 1");

        awaitEqual(1);
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
        awaitSize(3);

        database.execute("DELETE FROM item WHERE id = 1");

        awaitEqual(1);
        assertThat(log.rows(ITEM)).containsEntry("1", "1|1");
    }

    @Test
    void truncateBetweenOtherInsertsKeepsItsPlace() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        awaitSize(1);

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

        awaitEqual(1);
        assertThat(log.brief(1)).containsSubsequence("t", "c 3").endsWith("c 4");
    }

    @Test
    void repeatedUpdatesOfOneWindowAreSentOnce() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, n int)");
        log.start(ITEM);
        awaitSize(1);

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

        awaitSize(4);
        assertThat(log.brief(1)).containsExactly("c 1", "d 2", "- 2");
        awaitEqual(1);
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
        awaitSize(2);

        database.execute("INSERT INTO item VALUES (3, 'b')");
        execute("UPDATE item SET state = 'b' WHERE id = 1", 4);
        execute("UPDATE item SET state = 'a' WHERE id = 2", 5);
        execute("INSERT INTO item VALUES (7, 'b')", 6);

        assertThat(log.brief(0)).containsExactly("t", "r 1", "d 1", "- 1", "u 2", "c 7");
    }

    @Test
    void addedColumnIsAnnouncedWithTheValueOfEarlierRows() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, old text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        awaitSize(2);

        database.execute(
                "ALTER TABLE item ADD COLUMN day date NOT NULL DEFAULT '2026-01-31'::date + 1",
                "ALTER TABLE item ALTER COLUMN day DROP DEFAULT",
                "ALTER TABLE item ADD COLUMN note varchar(5)",
                "ALTER TABLE item RENAME COLUMN old TO kept",
                "ALTER TABLE item ALTER COLUMN note TYPE varchar(9)");
        execute("INSERT INTO item VALUES (2, 'y', '2026-03-01', 'n')", 3);
        execute("ALTER TABLE item DROP COLUMN kept; UPDATE item SET note = 'm' WHERE id = 2", 4);

        SourceRecord first = log.records(0).get(2);
        SourceRecord second = log.records(0).get(3);
        List<SchemaChange> changes = RecordHeaders.schemaChanges(first.headers());
        assertThat(changes).hasSize(3).contains(new SchemaChange.Rename("old", "kept"));
        assertThat(changes)
                .filteredOn(SchemaChange.Add.class::isInstance)
                .map(change -> ((SchemaChange.Add) change).column())
                .extracting(Column::name, Column::type, Column::defaultExpression)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("day", "date", "'2026-02-01'::date"),
                        org.assertj.core.groups.Tuple.tuple("note", "character varying(9)", ""));
        assertThat(((Struct) first.value()).getStruct("after").getString("kept"))
                .isEqualTo("y");
        assertThat(RecordHeaders.schemaChanges(second.headers())).containsExactly(new SchemaChange.Drop("kept"));
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void changeOfColumnsIsAnnouncedAfterARestartToo() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        awaitSize(2);
        log.storeAll();
        log.crash();

        database.execute("ALTER TABLE item RENAME COLUMN a TO b", "INSERT INTO item VALUES (2, 'y')");
        log.start(ITEM);
        awaitSize(3);

        assertThat(RecordHeaders.schemaChanges(log.records(2).get(0).headers()))
                .containsExactly(new SchemaChange.Rename("a", "b"));
        assertThat(log.brief(0)).containsExactly("t", "r 1", "c 2");
    }

    @Test
    void rewrittenValuesMakeTheTableBeCopiedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        awaitSize(2);
        execute("INSERT INTO item VALUES (2, 'y')", 3);

        database.execute("ALTER TABLE item ALTER COLUMN a TYPE varchar USING upper(a)");
        awaitCopies(2);
        awaitEqual(1);

        database.execute("ALTER TABLE item ADD COLUMN r float8 DEFAULT random()");
        awaitCopies(3);
        awaitEqual(1);
    }

    @Test
    void changedKeyMakesTheTableBeCopiedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        awaitSize(2);

        database.execute("ALTER TABLE item RENAME COLUMN id TO number", "INSERT INTO item VALUES (2, 'y')");
        awaitEqual(1);
        database.execute(
                "ALTER TABLE item ALTER COLUMN number TYPE bigint", "INSERT INTO item VALUES (3000000000, 'y')");
        awaitEqual(1);
        assertThat(log.copies()).isGreaterThan(2);
    }

    @Test
    void changesPastTheQueueMakeTheTableBeCopiedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        awaitSize(2);

        database.execute(
                "ALTER TABLE item DISABLE TRIGGER tablecast_insert",
                "INSERT INTO item VALUES (2)",
                "ALTER TABLE item ENABLE ALWAYS TRIGGER tablecast_insert");
        awaitEqual(1);

        database.execute("DROP SCHEMA tablecast CASCADE", "INSERT INTO item VALUES (3)");
        awaitEqual(1);
        database.execute("DROP TABLE tablecast.queue_public_item CASCADE");
        awaitCopies(4);
        database.execute("INSERT INTO item VALUES (4)");
        awaitEqual(1);
    }

    @Test
    void partitionsAreFollowedAndTheirTruncateCopiesTheTableAgain() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, a text) PARTITION BY RANGE (id)",
                "CREATE TABLE item_1 PARTITION OF item FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE item_2 PARTITION OF item FOR VALUES FROM (10) TO (20)",
                "INSERT INTO item VALUES (1, 'x'), (11, 'y')");
        log.start(ITEM);
        awaitSize(3);

        execute("UPDATE item SET id = 12 WHERE id = 1", 6);
        database.execute("CREATE TABLE item_3 PARTITION OF item FOR VALUES FROM (20) TO (30)");
        execute("INSERT INTO item_3 VALUES (21, 'z')", 7);
        assertThat(log.brief(3)).containsExactly("d 1", "- 1", "c 12", "c 21");
        assertThat(log.copies()).isEqualTo(1);

        database.execute("TRUNCATE item_2");
        awaitCopies(2);
        awaitEqual(1);
        database.execute("DROP TABLE item_3");
        awaitCopies(3);
        awaitEqual(1);
    }

    @Test
    void idleTablesMoveTheirOffsetsByHeartbeatsAndQueuesAreCleaned() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE TABLE idle (id int PRIMARY KEY)");
        TableId idle = new TableId("public", "idle");
        log.start(ITEM, idle);
        awaitSize(2);
        database.execute("INSERT INTO item SELECT generate_series(1, 1000)");
        awaitEqual(1);
        await().atMost(PATIENCE).until(() -> log.heartbeats() > 1);

        await().atMost(PATIENCE).until(() -> {
            log.storeAll();
            return database.number("SELECT count(*) FROM tablecast.queue_public_item") == 0;
        });
        assertThat(log.storedOffsets().get(idle)).containsEntry("state", "streaming");
    }

    @Test
    void nothingIsDeletedFromTheQueueBeforeItsOffsetIsStored() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        awaitSize(1);
        log.storeAll();
        execute("INSERT INTO item VALUES (1)", 2);
        log.crash();
        log.lose(1);

        log.start(ITEM);

        awaitSize(2);
        assertThat(log.brief(0)).containsExactly("t", "c 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE item SET n = 7",
                "DELETE FROM item WHERE id % 3 = 0",
                "DELETE FROM item WHERE id % 3 = 0; INSERT INTO item SELECT g * 3, 5 FROM generate_series(1, 500) g",
                "UPDATE item SET id = id + 5000 WHERE id % 2 = 0",
                "TRUNCATE item; INSERT INTO item VALUES (2, 2), (4000, 1)"
            })
    void windowThatWasSentInPartIsFinishedWhateverHappenedSince(String meanwhile) {
        log = new FollowedLog(database, "shop", Map.of("batch.max.rows", "100"));
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, n int)",
                "INSERT INTO item SELECT g, 0 FROM generate_series(1, 2000) g");
        log.start(ITEM);
        awaitSize(2001);
        log.storeAll();
        database.execute("BEGIN; UPDATE item SET n = 1; DELETE FROM item WHERE id > 1900; UPDATE item SET id = 3000"
                + " WHERE id = 1; COMMIT");
        awaitEqual(1);
        log.crash();
        log.lose(3000);
        log.store(2900);
        assertThat(log.storedOffsets().get(ITEM)).containsKey("last_id");

        database.execute(meanwhile);
        log.start(ITEM);

        awaitEqual(1);
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void rewriteWaitsForAWindowAndAWindowForARewrite() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        awaitSize(2);

        try (Connection session = database.connection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("LOCK TABLE item IN ACCESS EXCLUSIVE MODE");
            statement.execute("UPDATE item SET a = 'y'");
            statement.execute("ALTER TABLE item ALTER COLUMN a TYPE varchar(9)");
            statement.execute("INSERT INTO item VALUES (2, 'z')");
            session.commit();
        }

        awaitEqual(1);
        assertThat(log.brief(2)).doesNotContain("d 1");
    }

    @Test
    void lostConsumerAndOldOffsetCopyTheTableAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        awaitSize(1);
        log.store(log.size());
        int early = 1;
        execute("INSERT INTO item VALUES (1)", 2);
        log.crash();
        database.execute("UPDATE tablecast.queue_consumer SET lost = true", "TRUNCATE tablecast.queue_public_item");
        log.start(ITEM);
        awaitCopies(2);
        awaitEqual(1);

        log.crash();
        database.execute("UPDATE tablecast.queue_consumer SET confirmed = pg_current_snapshot()");
        log.store(early);
        log.start(ITEM);
        awaitCopies(3);
        awaitEqual(1);
    }

    @Test
    void consumersOfOneQueueDoNotHarmEachOther() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        try (FollowedLog other = new FollowedLog(database, "other", Map.of())) {
            log.start(ITEM);
            other.start(ITEM);
            awaitSize(2);
            await().atMost(PATIENCE).until(() -> other.size() >= 2);
            other.crash();
            execute("INSERT INTO item VALUES (2)", 3);
            log.storeAll();
            other.store(other.size());

            other.start(ITEM);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(other.brief(0)).containsExactly("t", "r 1", "c 2"));
            other.crash();
            try (Connection connection = database.connection()) {
                connection.setAutoCommit(false);
                new QueueSetup(new QueueRegistry("tablecast")).unregister(connection, "other/shop", ITEM);
            }
            execute("INSERT INTO item VALUES (3)", 4);
            assertThat(log.brief(2)).containsExactly("c 2", "c 3");
        }
    }

    @Test
    void connectionsThatAreCutAreOpenedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        awaitSize(1);

        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        database.execute("INSERT INTO item VALUES (1)");

        awaitEqual(1);
        assertThat(log.failure()).isNull();
    }

    @Test
    void tableThatIsRemovedLeavesTheOthersAloneAndIsReadWhenItIsBack() {
        TableId other = new TableId("public", "other");
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
        log.start(ITEM, other);
        awaitSize(2);

        database.execute("DROP TABLE item", "INSERT INTO other VALUES (1)");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log.rows(other)).containsKey("1"));
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (5)");

        awaitEqual(1);
        assertThat(log.copies()).isEqualTo(3);
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
        awaitSize(2);

        execute("UPDATE w SET w = 2", 3);
        execute("UPDATE w SET id = 1.5", 6);
        execute("UPDATE w SET span = '24:00'", 9);
        execute("DELETE FROM w", 11);

        assertThat(log.brief(2).stream().map(text -> text.substring(0, 1)))
                .containsExactly("u", "d", "-", "c", "d", "-", "c", "d", "-");
    }

    private void execute(String sql, int sizeAfterwards) {
        database.execute(sql);
        awaitSize(sizeAfterwards);
    }

    private void awaitSize(int records) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(log.failure()).isNull();
            assertThat(log.brief(0)).hasSize(records);
        });
    }

    private void awaitCopies(int copies) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log.copies()).isGreaterThanOrEqualTo(copies));
    }

    private void awaitEqual(int keyColumns) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(log.failure()).isNull();
            assertThat(log.rows(ITEM)).isEqualTo(FollowedLog.sourceRows(database, ITEM, keyColumns));
        });
    }
}
