// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.PostgresSourceConnector;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What administrators, other tables and other servers can do to a queue. */
class QueueHazardsIT {

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
    void offsetOfAnotherServerReleasesNoQueueRows() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);
        log.storeAll();
        log.crash();
        log.store(
                ITEM,
                OffsetCodec.encode(TableOffset.Window.finished(
                        new SourceIdentity("another server", "shop"), "999999999:999999999:", "a.b.1")));

        log.start(ITEM);
        log.awaitCopies(2);
        database.execute("INSERT INTO item SELECT generate_series(1, 10)");
        for (int i = 0; i < 2; i++) {
            awaitCleaning();
        }

        assertThat(database.number("SELECT count(*) FROM tablecast.queue_public_item"))
                .isEqualTo(10);
    }

    @Test
    void tablesThatAreFollowedDoNotWaitForOthersToBeCopied() {
        String slowly = "pg_sleep(60) IS NOT NULL";
        log = new FollowedLog(
                database,
                "shop",
                Map.of("table.public.slow.condition", slowly, "table.public.slower.condition", slowly));
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY)",
                "CREATE TABLE slow AS SELECT 1 AS id",
                "ALTER TABLE slow ADD PRIMARY KEY (id)",
                "CREATE TABLE slower AS SELECT 1 AS id",
                "ALTER TABLE slower ADD PRIMARY KEY (id)");
        log.start(ITEM);
        log.awaitSize(1);
        log.storeAll();
        log.crash();

        // As many copies as there are threads for them.
        log.start(new TableId("public", "slow"), new TableId("public", "slower"), ITEM);
        database.execute("INSERT INTO item VALUES (1)");

        await().atMost(PATIENCE).until(() -> log.brief(0).contains("c 1"));
        database.execute("ALTER TABLE item ADD COLUMN note text", "INSERT INTO item VALUES (2)");
        await().atMost(PATIENCE).until(() -> log.brief(0).contains("c 2"));
    }

    @Test
    void tableWithoutDataKeepsItsBeginningWithoutHeartbeats() {
        log = new FollowedLog(database, "shop", Map.of("heartbeat.interval.ms", "0", "snapshot.mode", "no_data"));
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        await().atMost(PATIENCE).until(() -> log.size() == 1);
        log.storeAll();
        log.crash();
        database.execute("INSERT INTO item VALUES (2)");

        log.start(ITEM);

        log.awaitSize(1);
        assertThat(log.brief(0)).containsExactly("c 2");
    }

    @Test
    void offsetThatTheQueueCannotServeIsRefusedWhenAUserSendsIt() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);
        log.storeAll();
        Map<String, Object> early = log.storedOffsets().get(ITEM);
        database.execute("INSERT INTO item VALUES (1)");
        log.awaitSize(2);
        log.storeAll();
        awaitCleaning();

        assertThat(alter(log.storedOffsets().get(ITEM))).isTrue();
        assertThatThrownBy(() -> alter(early))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("The table public.item cannot go on at this offset: its offset ("
                        + early.get("from") + ") is older than what the queue still holds (")
                .hasMessageEndingWith("Delete the table's offset instead; then it is copied again.");
    }

    @ParameterizedTest
    @CsvSource({"key.columns, code", "topic, elsewhere", "condition, id > 0"})
    void otherKeyTopicOrConditionMakesTheTableBeCopiedAgain(String key, String value) {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, code text NOT NULL UNIQUE)");
        log.start(ITEM);
        log.awaitSize(1);
        log.storeAll();
        log.crash();
        Map<String, Object> stored = log.storedOffsets().get(ITEM);
        database.execute("INSERT INTO item VALUES (1, 'a')");

        log = new FollowedLog(database, "shop", Map.of(key, value));
        log.store(ITEM, stored);
        log.start(ITEM);

        log.awaitCopies(1);
        log.awaitSize(2);
        assertThat(log.failure()).isNull();
    }

    @Test
    void tableIsNotLockedWhileNobodyTakesRecords() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE TABLE copied (id int PRIMARY KEY)");
        TableId copied = new TableId("public", "copied");
        log.start(ITEM);
        log.awaitSize(1);
        log.storeAll();
        log.crash();
        log.congest();
        log.start(ITEM, copied);
        database.execute("INSERT INTO item SELECT generate_series(1, 5)");
        await().atMost(PATIENCE).until(() -> log.waitedForRoom() == 2);

        assertThat(database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'tablecast/%' AND xact_start IS NOT NULL"))
                .isZero();
        database.execute("ALTER TABLE item ADD COLUMN note text", "UPDATE item SET note = 'x' WHERE id = 5");
        log.relieve();

        log.awaitSize(7);
        log.awaitCopies(2);
        assertThat(log.rows(ITEM).keySet()).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void queueThatSomebodyLocksKeepsNoOtherTableWaiting() throws SQLException {
        TableId other = new TableId("public", "other");
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
        log.start(ITEM, other);
        log.awaitSize(2);
        database.execute("INSERT INTO item VALUES (1)", "INSERT INTO other VALUES (1)");
        log.awaitSize(4);

        try (Connection session = database.connection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("INSERT INTO item VALUES (2)");
            statement.execute("LOCK TABLE tablecast.queue_public_item IN ACCESS EXCLUSIVE MODE");
            database.execute("INSERT INTO other VALUES (2)");
            log.awaitSize(5);
            log.storeAll();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(database.number("SELECT count(*) FROM tablecast.queue_public_other"))
                                    .isZero());
            session.commit();
        }

        log.awaitEqual(ITEM, 1);
        assertThat(log.brief(0)).containsExactly("t", "t", "c 1", "c 1", "c 2", "c 2");
    }

    @Test
    void serverThatIsReadOnlyForAWhileIsWaitedFor() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        String name = Database.quote(database.name());
        database.execute("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
        log.start(ITEM);
        await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> log.size() == 0);

        database.execute(
                "SET default_transaction_read_only = off",
                "ALTER DATABASE " + name + " RESET default_transaction_read_only");

        log.awaitSize(1);
        assertThat(log.failure()).isNull();
    }

    @Test
    void queuesOfTablesThatAreLeftOutAreGivenUp() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE TABLE shared (id int PRIMARY KEY)");
        TableId shared = new TableId("public", "shared");
        log.start(ITEM, shared);
        log.awaitSize(2);
        log.crash();
        try (FollowedLog other = new FollowedLog(database, "other", Map.of());
                Connection connection = database.connection()) {
            other.start(shared);
            other.awaitSize(1);

            UnusedQueues unused = new UnusedQueues(SourceSettings.parse(log.properties()));
            unused.leaveAllBut(connection, List.of());
            assertThat(database.column("SELECT table_name FROM tablecast.queue ORDER BY 1"))
                    .containsExactly("item", "shared");

            database.execute("UPDATE tablecast.queue_consumer SET seen_at = seen_at - interval '6 min'"
                    + " WHERE consumer = 'shop/shop'");
            unused.leaveAllBut(connection, List.of());

            assertThat(database.column("SELECT table_name FROM tablecast.queue"))
                    .containsExactly("shared");
            database.execute("INSERT INTO item VALUES (1)", "INSERT INTO shared VALUES (1)");
            other.awaitSize(2);
            assertThat(other.copies()).isEqualTo(1);
        }
        log.storeAll();
        log.start(ITEM, shared);
        log.awaitEqual(ITEM, 1);
        log.awaitEqual(shared, 1);
    }

    private boolean alter(Map<String, Object> offset) {
        return new PostgresSourceConnector()
                .alterOffsets(log.properties(), Map.of(Map.of("table", "shop/public.item"), offset));
    }

    private void awaitCleaning() {
        String seen = "SELECT extract(epoch FROM seen_at) * 1000000 FROM tablecast.queue_consumer";
        long before = database.number("SELECT (" + seen + ")::bigint");
        await().atMost(PATIENCE).until(() -> {
            log.committed();
            return database.number("SELECT (" + seen + ")::bigint") > before;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"old", "new", "found", "tg_op", "tg_argv", "tablecast_new"})
    void keyColumnsMayHaveTheNamesOfVariables(String column) {
        database.execute(
                "CREATE TABLE item (\"" + column + "\" int, n int, PRIMARY KEY (\"" + column + "\", n))",
                "CREATE TABLE parted (\"" + column + "\" int PRIMARY KEY) PARTITION BY LIST (\"" + column + "\")",
                "CREATE TABLE part PARTITION OF parted DEFAULT");
        TableId parted = new TableId("public", "parted");
        log.start(ITEM, parted);
        log.awaitSize(2);

        database.execute(
                "INSERT INTO item VALUES (1, 1), (2, 2)",
                "UPDATE item SET n = n + 1",
                "UPDATE item SET n = n * 1",
                "DELETE FROM item WHERE n = 2",
                "INSERT INTO parted VALUES (1), (2)",
                "UPDATE parted SET \"" + column + "\" = 3 WHERE \"" + column + "\" = 2",
                "DELETE FROM parted WHERE \"" + column + "\" = 1");

        log.awaitEqual(ITEM, 2);
        log.awaitEqual(parted, 1);
        assertThat(log.copies()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TRIGGER tablecast_insert ON item",
                "ALTER TABLE item DISABLE TRIGGER tablecast_insert",
                """
                CREATE OR REPLACE FUNCTION tablecast.queue_public_item() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN RETURN NULL; END'""",
                "ALTER TABLE tablecast.queue_public_item ALTER xid DROP NOT NULL, ALTER xid DROP DEFAULT"
            })
    void rowsThatPassAQueueChangedByHandAreCopied(String change) {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute(change + "; INSERT INTO item VALUES (2)");

        awaitCopiedAgain();
    }

    @Test
    void functionThatIsReplacedAndPutBackBetweenTwoLooksIsNoticed() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("""
                DO $hand$
                DECLARE ours text := pg_get_functiondef('tablecast.queue_public_item'::regproc);
                BEGIN
                    CREATE OR REPLACE FUNCTION tablecast.queue_public_item() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN RETURN NULL; END';
                    INSERT INTO item VALUES (2);
                    EXECUTE ours;
                END $hand$""");

        awaitCopiedAgain();
    }

    @Test
    void queueThatIsEmptiedByHandIsNoticedThoughNobodyReadsAtTheTime() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        log.awaitSize(2);
        log.storeAll();
        log.crash();

        database.execute("INSERT INTO item VALUES (2)", "TRUNCATE tablecast.queue_public_item");
        log.start(ITEM);

        awaitCopiedAgain();
    }

    /** Writers fail until the queue is whole again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE tablecast.queue_public_item",
                "ALTER TABLE tablecast.queue_public_item DROP COLUMN k1",
                "ALTER TABLE tablecast.queue_public_item DROP COLUMN xid",
                "ALTER TABLE tablecast.queue_public_item RENAME COLUMN op TO operation",
                "DROP FUNCTION tablecast.queue_public_item CASCADE; DROP TABLE tablecast.queue_public_item"
            })
    void queueTableThatIsRemovedOrAlteredByHandIsMadeAnew(String change) {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1), (2)");
        log.start(ITEM);
        log.awaitSize(3);

        database.execute(change);

        awaitCopiedAgain();
    }

    private void awaitCopiedAgain() {
        log.awaitCopies(2);
        log.awaitEqual(ITEM, 1);
        database.execute("INSERT INTO item VALUES (3)", "DELETE FROM item WHERE id = 1");
        log.awaitEqual(ITEM, 1);
        assertThat(log.rows(ITEM)).containsOnlyKeys("2", "3");
        assertThat(log.copies()).isEqualTo(2);
    }

    @Test
    void truncateOfATableThatWasReplacedIsNotSent() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("CREATE TABLE next (id int PRIMARY KEY); INSERT INTO next VALUES (7);"
                + " ALTER TABLE item RENAME TO former; ALTER TABLE next RENAME TO item");
        log.awaitCopies(2);
        log.awaitEqual(ITEM, 1);
        database.execute("TRUNCATE former", "INSERT INTO item VALUES (8)");

        await().atMost(PATIENCE).until(() -> log.brief(0).contains("c 8"));
        log.awaitEqual(ITEM, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PARTITION BY LIST (id)"})
    void valuesThatWereRewrittenWithoutAnotherTypeAreCopiedAgain(String partitioning) {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, v int) " + partitioning);
        if (!partitioning.isEmpty()) {
            database.execute("CREATE TABLE part PARTITION OF item DEFAULT");
        }
        database.execute("INSERT INTO item VALUES (1, 10)");
        log.start(ITEM);
        log.awaitSize(2);
        database.execute("INSERT INTO item VALUES (2, 20)");
        log.awaitSize(3);

        database.execute("ALTER TABLE item ALTER COLUMN v TYPE int USING v * 2");
        log.awaitEqual(ITEM, 1);
        log.storeAll();
        log.crash();
        database.execute("ALTER TABLE item ALTER COLUMN v TYPE int USING v * 2");
        log.start(ITEM);

        log.awaitEqual(ITEM, 1);
    }

    @Test
    void newFileOrNewTypeAloneDoesNotMakeTheTableBeCopiedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, v varchar(5))", "INSERT INTO item VALUES (1, 'a')");
        log.start(ITEM);
        log.awaitSize(2);
        database.execute("VACUUM FULL item", "INSERT INTO item VALUES (2, 'b')");
        log.awaitSize(3);
        database.execute("ALTER TABLE item ALTER COLUMN v TYPE varchar(9)", "INSERT INTO item VALUES (3, 'c')");
        log.awaitSize(4);
        log.storeAll();
        log.crash();
        database.execute("VACUUM FULL item", "INSERT INTO item VALUES (4, 'd')");
        log.start(ITEM);
        log.awaitSize(5);
        log.storeAll();
        log.crash();
        database.execute("ALTER TABLE item ALTER COLUMN v TYPE text", "INSERT INTO item VALUES (5, 'e')");
        log.start(ITEM);
        log.awaitSize(6);

        assertThat(log.brief(0)).containsExactly("t", "r 1", "c 2", "c 3", "c 4", "c 5");
        assertThat(RecordHeaders.schemaChanges(log.records(0).get(5).headers()))
                .singleElement()
                .isInstanceOf(SchemaChange.Type.class);
    }
}
