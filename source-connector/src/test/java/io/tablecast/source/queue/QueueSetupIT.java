// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueSetupIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final List<String> ID = List.of("id");

    private final QueueRegistry registry = new QueueRegistry("tablecast");
    private final QueueSetup setup = new QueueSetup(registry);
    private Database database;
    private Connection connection;

    @BeforeEach
    void createDatabase() throws SQLException {
        database = PostgresServer.shared().createDatabase();
        connection = open();
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        connection.close();
        database.close();
    }

    @Test
    void everyStatementIsQueuedWithItsKeys() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, name text, price numeric)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("INSERT INTO item SELECT g, 'n', 1 FROM generate_series(1, 3) g");
        database.execute("UPDATE item SET price = price + 1 WHERE id < 3");
        database.execute("DELETE FROM item WHERE id = 2");
        database.execute("UPDATE item SET price = 0 WHERE id = 99");
        database.execute("INSERT INTO item VALUES (1), (7) ON CONFLICT (id) DO UPDATE SET name = 'again'");
        database.execute("TRUNCATE item");

        assertThat(queued("queue_public_item"))
                .startsWith("c 1", "c 2", "c 3", "u 1", "u 2", "d 2")
                .endsWith("t null");
        assertThat(queued("queue_public_item")).hasSize(9).contains("u 1", "c 7");
    }

    @Test
    void keyChangesDeleteTheOldKeyAndCreateTheNewOne() throws SQLException {
        database.execute("CREATE TABLE item (id int, part text, PRIMARY KEY (id, part) DEFERRABLE)");
        database.execute("INSERT INTO item VALUES (4, 'a'), (5, 'a'), (6, 'a')");
        setup.register(connection, "shop/p", ITEM, List.of("id", "part"));

        database.execute("UPDATE item SET part = 'b' WHERE id = 4");
        database.execute("UPDATE item SET id = 11 - id WHERE id > 4");

        assertThat(database.column("SELECT op::text || ' ' || k1 || k2 FROM tablecast.queue_public_item ORDER BY id"))
                .startsWith("d 4a", "c 4b")
                .containsExactlyInAnyOrder("d 4a", "c 4b", "u 5a", "u 6a");
    }

    @Test
    void valuesThatAreOnlyEqualAreDifferentKeys() throws SQLException {
        database.execute("CREATE TABLE item (id numeric PRIMARY KEY)", "INSERT INTO item VALUES (1.0)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("UPDATE item SET id = 1.00");

        assertThat(queued("queue_public_item")).containsExactly("d 1.0", "c 1.00");
    }

    @Test
    void planOfAFirstSmallUpdateDoesNotSlowDownALargeOne() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, price int)",
                "INSERT INTO item SELECT g, 0 FROM generate_series(1, 100000) g");
        setup.register(connection, "shop/p", ITEM, ID);

        try (Connection writer = database.connection();
                Statement statement = writer.createStatement()) {
            statement.execute("SET statement_timeout = '60s'");
            statement.execute("UPDATE item SET price = 1 WHERE id = 1");
            statement.execute("UPDATE item SET price = 2");
        }

        assertThat(database.number("SELECT count(*) FROM tablecast.queue_public_item WHERE op = 'u'"))
                .isEqualTo(100_001);
    }

    @Test
    void writersNeedNoRightsOnTheQueue() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, price int)");
        Role writer = database.createRole("writer");
        database.execute("GRANT INSERT, UPDATE, DELETE, TRUNCATE, SELECT ON item TO \"" + writer.name() + "\"");
        setup.register(connection, "shop/p", ITEM, ID);

        try (Connection session = database.connection(writer);
                Statement statement = session.createStatement()) {
            statement.execute("INSERT INTO item VALUES (1, 1)");
            statement.execute("UPDATE item SET id = 2");
            statement.execute("DELETE FROM item");
            statement.execute("TRUNCATE item");
            assertThatThrownBy(() -> statement.execute("SELECT * FROM tablecast.queue_public_item"))
                    .hasMessageContaining("permission denied");
        }

        assertThat(queued("queue_public_item")).containsExactly("c 1", "d 1", "c 2", "d 2", "t null");
    }

    @Test
    void replicaWritersAreSeen() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("SET session_replication_role = replica; INSERT INTO item VALUES (1); TRUNCATE item");

        assertThat(queued("queue_public_item")).containsExactly("c 1", "t null");
    }

    @Test
    void columnsOutsideTheKeyMayChangeUnderOpenSessions() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text, b text)");
        setup.register(connection, "shop/p", ITEM, ID);
        String update = "UPDATE item SET id = id + 1";

        try (Connection writer = database.connection();
                Statement statement = writer.createStatement()) {
            statement.execute("INSERT INTO item VALUES (1)");
            statement.execute(update);
            database.execute("ALTER TABLE item ADD COLUMN c int DEFAULT 3");
            statement.execute(update);
            database.execute("ALTER TABLE item DROP COLUMN a");
            statement.execute(update);
            database.execute("ALTER TABLE item RENAME COLUMN b TO d");
            statement.execute(update);
            database.execute("ALTER TABLE item ALTER COLUMN c TYPE text");
            statement.execute(update);
        }

        assertThat(queued("queue_public_item"))
                .containsExactly("c 1", "d 1", "c 2", "d 2", "c 3", "d 3", "c 4", "d 4", "c 5", "d 5", "c 6");
    }

    @ParameterizedTest
    @CsvSource({"ALTER TABLE item RENAME COLUMN id TO number", "ALTER TABLE item ALTER COLUMN id TYPE bigint"})
    void changedKeyColumnAsksForARepullAndNeverFailsWriters(String change) throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, price int)", "INSERT INTO item VALUES (1)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute(change, "UPDATE item SET price = 2");

        assertThat(queued("queue_public_item")).containsExactly("p null");
    }

    @Test
    void partitionedTableIsQueuedRowByRowHoweverItIsWritten() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, price int) PARTITION BY RANGE (id)",
                "CREATE TABLE item_low PARTITION OF item FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE item_high PARTITION OF item FOR VALUES FROM (10) TO (20)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute(
                "INSERT INTO item VALUES (1), (11)",
                "UPDATE item_low SET price = 5",
                "UPDATE item SET id = 12 WHERE id = 1",
                "CREATE TABLE item_top PARTITION OF item FOR VALUES FROM (20) TO (30)",
                "INSERT INTO item_top VALUES (21)",
                "TRUNCATE item_high",
                "TRUNCATE item");

        assertThat(queued("queue_public_item"))
                .containsExactly("c 1", "c 11", "u 1", "d 1", "c 12", "c 21", "p null", "t null");
    }

    @Test
    void inheritanceChildrenAreQueuedOnceHoweverTheyAreWritten() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, price int)",
                "CREATE TABLE item_child (extra text, PRIMARY KEY (id)) INHERITS (item)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute(
                "INSERT INTO item_child VALUES (2)",
                "INSERT INTO item VALUES (1)",
                "UPDATE item SET price = 3",
                "DELETE FROM item_child",
                "TRUNCATE item_child",
                "TRUNCATE item");

        assertThat(queued("queue_public_item")).containsExactly("c 2", "c 1", "u 1", "u 2", "d 2", "p null", "t null");
    }

    @Test
    void partitionCapturedOnItsOwnSeesRowsThatComeThroughItsParent() throws SQLException {
        database.execute(
                "CREATE TABLE item_all (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE item PARTITION OF item_all FOR VALUES FROM (0) TO (10)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("INSERT INTO item_all VALUES (1)", "DELETE FROM item_all", "TRUNCATE item_all");

        assertThat(queued("queue_public_item")).containsExactly("c 1", "d 1", "t null");
    }

    @Test
    void lastConsumerTakesTheQueueWithIt() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        setup.register(connection, "one/p", ITEM, ID);
        setup.register(connection, "two/p", ITEM, ID);

        setup.unregister(connection, "two/p", ITEM);
        database.execute("INSERT INTO item VALUES (1)");
        assertThat(queued("queue_public_item")).containsExactly("c 1");

        setup.unregister(connection, "one/p", ITEM);
        database.execute("INSERT INTO item VALUES (2)");
        assertThat(traces()).isEmpty();
    }

    @Test
    void otherTablesOfTheSchemaOutliveTheLastQueue() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY)", "CREATE SCHEMA tablecast", "CREATE TABLE tablecast.mine ()");
        setup.register(connection, "one/p", ITEM, ID);

        setup.unregister(connection, "one/p", ITEM);

        assertThat(traces()).containsExactly("schema tablecast", "relation mine");
    }

    @Test
    void failedSetupLeavesNothing() throws SQLException {
        database.execute("CREATE TABLE item (id json NOT NULL)");

        assertThatThrownBy(() -> setup.register(connection, "shop/p", ITEM, ID))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("could not identify an equality operator for type json");

        assertThat(traces()).isEmpty();
    }

    @Test
    void setupThatCannotLockTheTableLeavesNothingAndCanBeTriedAgain() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        try (Connection writer = open();
                Statement statement = writer.createStatement()) {
            statement.execute("INSERT INTO item VALUES (1)");

            assertThatThrownBy(() -> setup.register(connection, "shop/p", ITEM, ID))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
            assertThat(traces()).isEmpty();
            writer.commit();
        }

        setup.register(connection, "shop/p", ITEM, ID);
        database.execute("DELETE FROM item");
        assertThat(queued("queue_public_item")).containsExactly("d 1");
    }

    @Test
    void roleWithoutTriggerPrivilegeIsToldWhatToGrant() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        Role reader = database.createRole("reader");
        database.execute("GRANT SELECT ON item TO \"" + reader.name() + "\"");

        try (Connection session = database.connection(reader)) {
            session.setAutoCommit(false);
            assertThatThrownBy(() -> setup.register(session, "shop/p", ITEM, ID))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageStartingWith("Cannot set up the queue of public.item: role \"" + reader.name()
                            + "\" may not create triggers on \"public\".\"item\". GRANT TRIGGER ON");
        }
    }

    @Test
    void roleThatMayNotCreateTheSchemaIsToldSo() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        Role reader = database.createRole("reader");
        database.execute("GRANT SELECT, TRIGGER ON item TO \"" + reader.name() + "\"");

        try (Connection session = database.connection(reader)) {
            session.setAutoCommit(false);
            assertThatThrownBy(() -> setup.register(session, "shop/p", ITEM, ID))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("permission denied for database")
                    .hasMessageContaining("queue.setup=manual");
        }
        assertThat(traces()).isEmpty();
    }

    @Test
    void administratorsScriptServesAConnectorWithoutRights() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        Role reader = database.createRole("reader");
        database.execute("GRANT SELECT ON item TO \"" + reader.name() + "\"");

        try (Connection session = database.connection(reader)) {
            session.setAutoCommit(false);
            assertThatThrownBy(() -> setup.registerWithPrepared(session, "shop/p", ITEM, ID))
                    .hasMessageContaining("is not set up");
            List<String> script = setup.script(connection, ITEM, ID, reader.name());
            connection.rollback();
            database.execute(String.join(";\n", script));

            InstalledQueue queue =
                    setup.registerWithPrepared(session, "shop/p", ITEM, ID).queue();

            assertThat(queue.keyColumns()).containsExactly("id");
            QueueConsumers.confirm(session, registry, "shop/p", ITEM, PgSnapshot.parse("900000:900000:"));
            session.commit();
            database.execute("INSERT INTO item VALUES (1)");
            assertThat(new QueueCleaner(registry).clean(session, ITEM, queue.name()))
                    .isEqualTo(1);
        }
    }

    @Test
    void viewsAreRefused() throws SQLException {
        database.execute("CREATE VIEW item AS SELECT 1 AS id");

        assertThatThrownBy(() -> setup.register(connection, "shop/p", ITEM, ID))
                .hasMessage("Cannot set up the queue of public.item: public.item is a view, whose changes no trigger"
                        + " sees. Use mode=snapshot for it.");
    }

    @Test
    void missingTableIsNamed() {
        assertThatThrownBy(() -> setup.register(connection, "shop/p", ITEM, ID))
                .hasMessage("Cannot set up the queue of public.item: the table does not exist");
    }

    @Test
    void newerVersionIsRefused() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        setup.register(connection, "shop/p", ITEM, ID);
        database.execute("UPDATE tablecast.queue_version SET version = 99");

        assertThatThrownBy(() -> setup.register(connection, "shop/p", ITEM, ID))
                .hasMessageStartingWith("Schema \"tablecast\" holds queues of version 99");
    }

    @Test
    void installersThatRaceAgreeOnOneQueue() throws Exception {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<InstalledQueue>> installers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String consumer = "c" + i + "/p";
            installers.add(threads.submit(() -> {
                try (Connection own = open()) {
                    return setup.register(own, consumer, ITEM, ID).queue();
                }
            }));
        }

        InstalledQueue first = installers.get(0).get();
        for (Future<InstalledQueue> installer : installers) {
            assertThat(installer.get()).isEqualTo(first);
        }
        threads.shutdown();
        assertThat(database.number("SELECT count(*) FROM tablecast.queue_consumer"))
                .isEqualTo(4);
        database.execute("INSERT INTO item VALUES (1)");
        assertThat(queued("queue_public_item")).containsExactly("c 1");
    }

    @Test
    void secondSetupChangesNothing() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        InstalledQueue first = setup.register(connection, "shop/p", ITEM, ID).queue();

        try (Connection writer = open();
                Statement statement = writer.createStatement()) {
            statement.execute("INSERT INTO item VALUES (1)");
            assertThat(setup.register(connection, "shop/p", ITEM, ID).queue()).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ALTER TABLE item DISABLE TRIGGER tablecast_insert",
        "ALTER TABLE item DISABLE TRIGGER tablecast_insert; ALTER TABLE item ENABLE ALWAYS TRIGGER tablecast_insert",
        "DROP TRIGGER tablecast_delete ON item",
        "DROP TABLE item; CREATE TABLE item (id int PRIMARY KEY)"
    })
    void triggersChangedByOthersAreRepairedAndEverybodyCopiesAgain(String tampering) throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        InstalledQueue before = setup.register(connection, "shop/p", ITEM, ID).queue();
        database.execute(tampering);

        InstalledQueue after = setup.register(connection, "shop/p", ITEM, ID).queue();

        assertThat(after.generation()).isGreaterThan(before.generation());
        assertThat(after.membersNow()).isEqualTo(after.membersThen());
        database.execute("SET session_replication_role = replica; INSERT INTO item VALUES (1); DELETE FROM item");
        assertThat(queued("queue_public_item")).containsExactly("c 1", "d 1");
    }

    @Test
    void onlyPartitionsThatBringRowsOrTakeThemMakeEverybodyCopyAgain() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE item_1 PARTITION OF item FOR VALUES FROM (0) TO (10)");
        long first = setup.register(connection, "shop/p", ITEM, ID).queue().generation();

        database.execute(
                "CREATE TABLE item_2 PARTITION OF item FOR VALUES FROM (10) TO (20)", "INSERT INTO item VALUES (11)");
        long withNewPartition =
                setup.register(connection, "shop/p", ITEM, ID).queue().generation();
        database.execute("TRUNCATE item_2");
        assertThat(queued("queue_public_item")).containsExactly("c 11", "p null");

        database.execute(
                "CREATE TABLE item_3 (id int PRIMARY KEY)",
                "INSERT INTO item_3 VALUES (21)",
                "ALTER TABLE item ATTACH PARTITION item_3 FOR VALUES FROM (20) TO (30)");
        long withAttachedRows =
                setup.register(connection, "shop/p", ITEM, ID).queue().generation();
        database.execute("ALTER TABLE item DETACH PARTITION item_1");
        long withoutPartition =
                setup.register(connection, "shop/p", ITEM, ID).queue().generation();

        assertThat(withNewPartition).isEqualTo(first);
        assertThat(withAttachedRows).isGreaterThan(withNewPartition);
        assertThat(withoutPartition).isGreaterThan(withAttachedRows);
    }

    @Test
    void consumersWithOtherKeysShareTheQueue() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, code text NOT NULL UNIQUE)");
        InstalledQueue one = setup.register(connection, "one/p", ITEM, ID).queue();

        InstalledQueue two =
                setup.register(connection, "two/p", ITEM, List.of("code")).queue();
        database.execute("INSERT INTO item VALUES (1, 'x')", "UPDATE item SET code = 'y'");

        assertThat(two.generation()).isEqualTo(one.generation());
        assertThat(two.queueColumns(List.of("code"))).containsExactly("k2");
        assertThat(database.column("SELECT op::text || ' ' || k1 || k2 FROM tablecast.queue_public_item ORDER BY id"))
                .containsExactly("c 1x", "d 1x", "c 1y");
    }

    @Test
    void longAndCollidingNamesGetDifferentQueues() throws SQLException {
        String name = "ж".repeat(31);
        database.execute(
                "CREATE TABLE \"" + name + "\" (id int PRIMARY KEY)",
                "CREATE SCHEMA a_b",
                "CREATE TABLE a_b.c (id int PRIMARY KEY)",
                "CREATE SCHEMA a",
                "CREATE TABLE a.b_c (id int PRIMARY KEY)");

        String cyrillic = setup.register(connection, "s/p", new TableId("public", name), ID)
                .queue()
                .name();
        String first = setup.register(connection, "s/p", new TableId("a_b", "c"), ID)
                .queue()
                .name();
        String second = setup.register(connection, "s/p", new TableId("a", "b_c"), ID)
                .queue()
                .name();
        database.execute("INSERT INTO a_b.c VALUES (1)", "INSERT INTO a.b_c VALUES (2)");

        assertThat(cyrillic).matches("queue_public_ж+_[0-9a-f]{8}");
        assertThat(first).isEqualTo("queue_a_b_c");
        assertThat(second).matches("queue_a_b_c_[0-9a-f]{8}");
        assertThat(queued(first)).containsExactly("c 1");
        assertThat(queued(second)).containsExactly("c 2");
    }

    @Test
    void cleanerKeepsWhatAnyLivingConsumerNeeds() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        InstalledQueue queue = setup.register(connection, "one/p", ITEM, ID).queue();
        setup.register(connection, "two/p", ITEM, ID);
        QueueCleaner cleaner = new QueueCleaner(registry);
        database.execute("INSERT INTO item SELECT generate_series(1, 12000)");
        confirmNow("one/p");
        assertThat(cleaner.clean(connection, ITEM, queue.name())).isZero();

        try (Connection writer = open();
                Statement statement = writer.createStatement()) {
            statement.execute("DELETE FROM item WHERE id = 1");
            database.execute("DELETE FROM item WHERE id = 2");
            confirmNow("one/p");
            confirmNow("two/p");
            assertThat(cleaner.clean(connection, ITEM, queue.name())).isEqualTo(12_001);
            writer.commit();
        }
        assertThat(queued(queue.name())).containsExactly("d 1");

        confirmNow("one/p");
        database.execute("UPDATE tablecast.queue_consumer SET seen_at = now() - interval '2 hours'"
                + " WHERE consumer = 'two/p'");
        QueueConsumers.markLost(connection, registry, "one/p", ITEM, Duration.ofHours(1));
        assertThat(cleaner.clean(connection, ITEM, queue.name())).isEqualTo(1);
        assertThat(database.column("SELECT consumer FROM tablecast.queue_consumer WHERE lost"))
                .containsExactly("two/p");
    }

    private void confirmNow(String consumer) throws SQLException {
        PgSnapshot now = PgSnapshot.parse(database.value("SELECT pg_current_snapshot()"));
        QueueConsumers.confirm(connection, registry, consumer, ITEM, now);
        connection.commit();
    }

    private Connection open() throws SQLException {
        Connection opened = database.connection();
        opened.setAutoCommit(false);
        return opened;
    }

    private List<String> queued(String queue) {
        return database.column(
                "SELECT op::text || ' ' || coalesce(k1::text, 'null') FROM tablecast.\"" + queue + "\" ORDER BY id");
    }

    /** All that a setup makes in the database. */
    private List<String> traces() {
        return database.column("""
                SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'tablecast'
                UNION ALL
                SELECT 'relation ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'tablecast'
                UNION ALL
                SELECT 'function ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname = 'tablecast'
                UNION ALL
                SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal""");
    }
}
