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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Scenarios in which tools of this kind have lost changes or stopped for ever. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class QueueHardCasesIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresVersion version;
    private Database database;
    private FollowedLog log;

    QueueHardCasesIT(PostgresVersion version) {
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
    void lowNumberThatCommitsAfterAHighOneArrives() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);

        try (Connection late = database.connection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO item VALUES (11)");
            database.execute("INSERT INTO item VALUES (12)");
            log.awaitSize(2);
            log.storeAll();
            log.crash();
            late.commit();
        }
        log.start(ITEM);
        log.awaitSize(3);

        assertThat(log.brief(1)).containsExactly("c 12", "c 11");
    }

    @Test
    void changesThatKafkaNeverGotAreReadAgainWhereverTheReaderDied() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, n int)", "INSERT INTO item VALUES (0, 0)");
        log.start(ITEM);
        log.awaitSize(2);
        log.storeAll();
        int stored = log.size();
        database.execute("INSERT INTO item VALUES (1, 1), (2, 2)", "DELETE FROM item WHERE id = 0");
        log.awaitSize(6);

        // Read, and never taken.
        log.crash();
        log.lose(stored);
        log.start(ITEM);
        log.awaitSize(6);
        // Taken, and no offset stored.
        log.committed();
        log.crash();
        log.store(stored);
        log.start(ITEM);
        log.awaitSize(10);
        assertThat(log.brief(6)).isEqualTo(log.brief(2).subList(0, 4));
        // Stored and deleted from the queue.
        await().atMost(PATIENCE).untilAsserted(() -> {
            log.storeAll();
            assertThat(database.number("SELECT count(*) FROM tablecast.queue_public_item"))
                    .isZero();
        });
        log.crash();
        log.start(ITEM);
        database.execute("INSERT INTO item VALUES (3, 3)");
        log.awaitSize(11);

        log.awaitEqual(ITEM, 1);
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void oneOfTwoReadersIsRemovedAndThenTheOther() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        QueueSetup setup = new QueueSetup(new QueueRegistry("tablecast"));
        try (FollowedLog second = new FollowedLog(database, "second", Map.of());
                Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            log.start(ITEM);
            second.start(ITEM);
            log.awaitSize(2);
            second.awaitSize(2);

            second.crash();
            database.execute("INSERT INTO item VALUES (2)");
            setup.unregister(connection, "second/shop", ITEM, database.user());
            database.execute("INSERT INTO item VALUES (3)");
            log.awaitSize(4);
            assertThat(log.brief(2)).containsExactly("c 2", "c 3");
            log.crash();
            setup.unregister(connection, "shop/shop", ITEM, database.user());

            assertThat(database.number("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'item'::regclass"))
                    .isZero();
            assertThat(database.value("SELECT to_regnamespace('tablecast')")).isNull();
        }
    }

    @Test
    void valuesOfAUniqueColumnAreSwappedRowByRow() {
        log.change("batch.max.rows", "1");
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, code text UNIQUE)",
                "INSERT INTO item VALUES (1, 'a'), (2, 'b')");
        log.start(ITEM);
        log.awaitSize(3);

        database.execute("BEGIN; UPDATE item SET code = 'c' WHERE id = 1; UPDATE item SET code = 'a' WHERE id = 2;"
                + " UPDATE item SET code = 'b' WHERE id = 1; COMMIT");

        log.awaitEqual(ITEM, 1);
        assertThat(log.rows(ITEM)).containsEntry("1", "1|b").containsEntry("2", "2|a");
    }

    @Test
    void oneColumnOfACompositeKeyChangesAndKeysAreSwapped() {
        database.execute(
                "CREATE TABLE item (a int, b text, n int, PRIMARY KEY (a, b) DEFERRABLE)",
                // Concatenated, these keys are the same.
                "INSERT INTO item VALUES (4, 'a', 1), (1, '11', 2), (11, '1', 3), (5, 'x', 4), (5, 'y', 5)");
        log.start(ITEM);
        log.awaitSize(6);

        database.execute(
                "UPDATE item SET b = 'b' WHERE a = 4",
                "UPDATE item SET b = CASE b WHEN 'x' THEN 'y' ELSE 'x' END WHERE a = 5",
                "BEGIN; UPDATE item SET a = 0 WHERE a = 1; UPDATE item SET a = 1, b = '11' WHERE a = 11;"
                        + " UPDATE item SET a = 11, b = '1' WHERE a = 0; COMMIT",
                "DELETE FROM item WHERE a = 4");

        log.awaitEqual(ITEM, 2);
        assertThat(log.rows(ITEM))
                .containsOnlyKeys("1|11", "11|1", "5|x", "5|y")
                .containsEntry("1|11", "1|11|3")
                .containsEntry("5|x", "5|x|5");
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void keyIsAWholeUniqueIndexOrNone() {
        database.execute(
                "CREATE TABLE item (tenant int NOT NULL, email text, code text NOT NULL, extra int, id int NOT NULL)",
                "CREATE UNIQUE INDEX a ON item (tenant, email)",
                "CREATE UNIQUE INDEX b ON item (tenant) WHERE email IS NULL",
                "CREATE UNIQUE INDEX c ON item (lower(code))",
                "CREATE UNIQUE INDEX d ON item (tenant, code) INCLUDE (extra)",
                "CREATE UNIQUE INDEX e ON item (id)",
                "INSERT INTO item SELECT 1, NULLIF(g, 1)::text, 'c' || g, g, g FROM generate_series(1, 5) g");
        log.start(ITEM);
        log.awaitSize(6);

        database.execute("DELETE FROM item WHERE id = 2");
        log.awaitSize(8);

        assertThat(log.brief(1)).containsExactly("r 1|c1", "r 1|c2", "r 1|c3", "r 1|c4", "r 1|c5", "d 1|c2", "- 1|c2");
    }

    @Test
    void conditionWithOrStandsAlone() {
        log = new FollowedLog(database, "shop", Map.of("condition", "k = 1 OR k = 2 -- and no more"));
        database.execute("CREATE TABLE item (id int PRIMARY KEY, k int)", "INSERT INTO item VALUES (1, 1), (2, 3)");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("INSERT INTO item VALUES (3, 2), (4, 4)", "UPDATE item SET k = k + 1");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(log.rows(ITEM)).containsOnlyKeys("1").containsEntry("1", "1|2"));
        database.execute("UPDATE item SET k = 1 WHERE id = 4", "UPDATE item SET k = 9 WHERE id = 1");

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(log.rows(ITEM)).containsOnlyKeys("4").containsEntry("4", "4|1"));
    }

    @Test
    void truncateThatCascadesIsSentForTheTablesThatItReaches() {
        database.execute(
                "CREATE TABLE parent (id int PRIMARY KEY)",
                "CREATE TABLE item (id int PRIMARY KEY, parent int REFERENCES parent)",
                "INSERT INTO parent VALUES (1)",
                "INSERT INTO item VALUES (1, 1)");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("BEGIN; INSERT INTO item VALUES (2, 1); TRUNCATE parent CASCADE;"
                + " INSERT INTO parent VALUES (2); INSERT INTO item VALUES (3, 2); COMMIT");
        log.awaitSize(4);

        assertThat(log.brief(2)).containsExactly("t", "c 3");
        assertThat(log.rows(ITEM)).containsOnlyKeys("3");
    }

    @Test
    void consumerThatStaysAwayTooLongIsGivenUpAndCopiesWhenItComesBack() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        try (FollowedLog other = new FollowedLog(database, "other", Map.of())) {
            other.start(ITEM);
            other.awaitSize(2);
            other.storeAll();
            other.crash();
            log.start(ITEM);
            log.awaitSize(2);

            database.execute(
                    "INSERT INTO item VALUES (2)",
                    "UPDATE tablecast.queue_consumer SET seen_at = seen_at - interval '8 days' WHERE consumer LIKE 'other%'");
            log.awaitSize(3);
            await().atMost(PATIENCE).untilAsserted(() -> {
                log.storeAll();
                assertThat(database.column("SELECT consumer FROM tablecast.queue_consumer WHERE lost"))
                        .containsExactly("other/shop");
                assertThat(database.number("SELECT count(*) FROM tablecast.queue_public_item"))
                        .isZero();
            });

            other.start(ITEM);
            other.awaitCopies(2);
            other.awaitEqual(ITEM, 1);
            assertThat(log.copies()).isEqualTo(1);
        }
    }
}
