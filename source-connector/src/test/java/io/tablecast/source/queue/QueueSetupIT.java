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
    private static final QueueWish ID = Wishes.ofKey("id");

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
    void lastConsumerTakesTheQueueWithIt() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        setup.register(connection, "one/p", ITEM, ID);
        setup.register(connection, "two/p", ITEM, ID);

        setup.unregister(connection, "two/p", ITEM, database.user());
        database.execute("INSERT INTO item VALUES (1)");
        assertThat(queued("queue_public_item")).containsExactly("c 1");

        setup.unregister(connection, "one/p", ITEM, database.user());
        database.execute("INSERT INTO item VALUES (2)");
        assertThat(traces()).isEmpty();
    }

    @Test
    void otherTablesOfTheSchemaOutliveTheLastQueue() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY)", "CREATE SCHEMA tablecast", "CREATE TABLE tablecast.mine ()");
        setup.register(connection, "one/p", ITEM, ID);

        setup.unregister(connection, "one/p", ITEM, database.user());

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
    void setupThatLosesItsConnectionHalfwayLeavesNothing() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY)",
                "CREATE FUNCTION cut() RETURNS event_trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END'",
                "CREATE EVENT TRIGGER cut ON ddl_command_end WHEN TAG IN ('CREATE TRIGGER') EXECUTE FUNCTION cut()");

        assertThatThrownBy(() -> setup.register(connection, "shop/p", ITEM, ID))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("terminating connection");

        database.execute("DROP EVENT TRIGGER cut");
        assertThat(traces()).isEmpty();
        try (Connection again = open()) {
            setup.register(again, "shop/p", ITEM, ID);
        }
        assertThat(traces()).isNotEmpty();
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

    /** Else its owner's code would run with the rights of whoever sets up queues, or writes to the table. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CREATE SCHEMA tablecast AUTHORIZATION %1$s; schema tablecast",
                "SET ROLE %1$s, CREATE TABLE tablecast.queue_version (version int); table tablecast.queue_version",
                "SET ROLE %1$s, CREATE VIEW tablecast.queue AS SELECT 1; table tablecast.queue",
                "SET ROLE %1$s, CREATE FUNCTION tablecast.queue_public_item() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN END'; function tablecast.queue_public_item()"
            })
    void queueIsNotSetUpAmongWhatSomebodyElseOwns(String trap, String found) throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        Role stranger = database.createRole("stranger");
        Role reader = database.createRole("reader");
        String owner = Database.quote(stranger.name());
        if (!trap.startsWith("CREATE SCHEMA")) {
            database.execute("CREATE SCHEMA tablecast", "GRANT ALL ON SCHEMA tablecast TO " + owner);
        }
        database.execute(trap.formatted(owner).replace(", CREATE", "; CREATE"));
        String refused = found + " belongs to role \"" + stranger.name() + "\", who may not create triggers on";

        assertThatThrownBy(() -> setup.register(connection, "shop/p", ITEM, ID))
                .isInstanceOf(ConnectException.class)
                .hasMessageStartingWith("Cannot set up the queue of public.item: ")
                .hasMessageContaining(refused)
                .hasMessageContaining("set queue.schema to another schema");
        List<String> script = new PreparedQueues(registry).script(connection, ITEM, ID, reader.name());
        connection.rollback();
        assertThatThrownBy(() -> database.execute(String.join(";\n", script))).hasMessageContaining(refused);
        assertThat(database.column("SELECT tgname FROM pg_trigger")).isEmpty();
    }

    @Test
    void whoeverReadsAQueueMayOwnItsSchema() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        Role reader = database.createRole("reader");
        database.execute("CREATE SCHEMA tablecast AUTHORIZATION " + Database.quote(reader.name()));

        database.execute(String.join(";\n", new PreparedQueues(registry).script(connection, ITEM, ID, reader.name())));
        connection.rollback();
        database.execute("INSERT INTO item VALUES (1)");

        assertThat(queued("queue_public_item")).containsExactly("c 1");
    }

    /** The script is run with another search path than the one of the session that asks for it. */
    @Test
    void printedTypesOfAnySchemaAreFoundWhenTheScriptIsRun() throws SQLException {
        database.execute(
                "CREATE TYPE size AS ENUM ('S', 'M')",
                "CREATE TYPE colour AS ENUM ('red')",
                "CREATE TABLE item (variant size PRIMARY KEY)");

        setUpByScript("k1 public.size");
        database.execute("ALTER TABLE item ALTER variant TYPE colour USING 'red'");
        setUpByScript("ALTER COLUMN k1 TYPE public.colour");
        database.execute("INSERT INTO item VALUES ('red')");

        assertThat(queued("queue_public_item")).containsExactly("c red");
    }

    private void setUpByScript(String expected) throws SQLException {
        PreparedQueues prepared = new PreparedQueues(registry);
        QueueWish variant = Wishes.ofKey("variant");
        List<String> script = prepared.script(connection, ITEM, variant, database.user());
        connection.rollback();
        database.execute(String.join(";\n", script));

        assertThat(String.join(";\n", script)).contains(expected);
        prepared.register(connection, "shop/p", ITEM, variant);
        assertThat(prepared.script(connection, ITEM, variant, database.user()))
                .as("nothing is left to do")
                .noneMatch(statement -> statement.contains(" k1 "));
        connection.rollback();
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
        "DROP FUNCTION tablecast.queue_public_item CASCADE",
        "DROP TABLE item; CREATE TABLE item (id int PRIMARY KEY)"
    })
    void triggersChangedByOthersAreRepairedAndEverybodyCopiesAgain(String tampering) throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        InstalledQueue before = setup.register(connection, "shop/p", ITEM, ID).queue();
        database.execute(tampering);

        InstalledQueue after = setup.register(connection, "shop/p", ITEM, ID).queue();

        assertThat(after.generation()).isGreaterThan(before.generation());
        assertThat(after.membersNow()).isEqualTo(after.membersThen()).anyMatch(member -> member.contains("/A"));
        assertThat(database.column("SELECT tgenabled FROM pg_trigger WHERE tgname LIKE 'tablecast%'"))
                .hasSize(4)
                .containsOnly("A");
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
    void tableThatBecomesAPartitionGetsTriggersThatSeeRoutedRows() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        long before = setup.register(connection, "shop/p", ITEM, ID).queue().generation();
        database.execute(
                "CREATE TABLE item_all (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "ALTER TABLE item_all ATTACH PARTITION item FOR VALUES FROM (0) TO (10)");

        long after = setup.register(connection, "shop/p", ITEM, ID).queue().generation();
        database.execute("INSERT INTO item_all VALUES (1)");

        assertThat(after).isGreaterThan(before);
        assertThat(queued("queue_public_item")).containsExactly("c 1");
    }

    @Test
    void consumersWithOtherKeysShareTheQueue() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, code text NOT NULL UNIQUE)");
        InstalledQueue one = setup.register(connection, "one/p", ITEM, ID).queue();

        InstalledQueue two =
                setup.register(connection, "two/p", ITEM, Wishes.ofKey("code")).queue();
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

    @Test
    void queueIsCleanedThoughAPublicationHasAllTables() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE PUBLICATION everything FOR ALL TABLES");
        InstalledQueue queue = setup.register(connection, "one/p", ITEM, ID).queue();
        database.execute("INSERT INTO item VALUES (1)");
        confirmNow("one/p");

        assertThat(new QueueCleaner(registry).clean(connection, ITEM, queue.name()))
                .isEqualTo(1);
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
