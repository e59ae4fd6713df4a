// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.TableLocks;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tablecast setup} and {@code tablecast cleanup} against a real server. */
class QueueCommandsIT {
    private static final String TRACES = """
            SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('tablecast') AND relkind = 'r'
            UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = to_regnamespace('tablecast')""";

    private final KnownConnectors connectors = KnownConnectors.onClassPath();

    @TempDir
    private Path folder;

    private Database database;
    private Role reader;
    private Path configuration;
    private Path password;

    @BeforeEach
    void createShop() throws IOException {
        database = PostgresServer.shared().createDatabase();
        reader = database.createRole("reader");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, note text)",
                "CREATE TABLE shop.\"Odd -- \"\"name\" (a int, b text, PRIMARY KEY (a, b)) PARTITION BY HASH (a)",
                "CREATE TABLE shop.part PARTITION OF shop.\"Odd -- \"\"name\" FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                "GRANT USAGE ON SCHEMA shop TO " + Database.quote(reader.name()),
                "GRANT SELECT ON ALL TABLES IN SCHEMA shop TO " + Database.quote(reader.name()));
        configuration = configuration("source.json", "erp", Map.of());
        password = Files.writeString(folder.resolve("password"), database.password() + "\n");
    }

    @AfterEach
    void dropShop() {
        database.close();
    }

    @Test
    void printedSqlIsAllThatAnAdministratorMustRun() throws Exception {
        CommandRun printed = run("setup", "--print", configuration);

        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.out()).doesNotContain(reader.password());
        assertThat(database.column(TRACES)).isEmpty();
        database.execute(printed.out());
        assertThat(run("setup", "--print", configuration).out())
                .contains("-- shop.orders is set up.", "name\" is set up.")
                .doesNotContain("BEGIN");
        database.execute("INSERT INTO shop.orders VALUES (1)", "INSERT INTO shop.\"Odd -- \"\"name\" VALUES (1, 'x')");
        try (Connection session = database.connection(reader);
                Statement statement = session.createStatement()) {
            statement.execute("INSERT INTO tablecast.queue_consumer (consumer, table_schema, table_name, confirmed)"
                    + " SELECT 'erp/erp', table_schema, table_name, pg_current_snapshot() FROM tablecast.queue");
            assertThat(statement.executeUpdate("DELETE FROM tablecast.queue_shop_orders"))
                    .isEqualTo(1);
        }
    }

    @Test
    void administratorSetsUpWhatIsMissingAndMendsWhatWasChanged() {
        CommandRun first = asAdministrator("setup", configuration);
        CommandRun second = asAdministrator("setup", configuration);
        String generation = database.value("SELECT generation FROM tablecast.queue WHERE table_name = 'orders'");
        database.execute("ALTER TABLE shop.orders DISABLE TRIGGER tablecast_insert");
        CommandRun third = asAdministrator("setup", configuration);

        assertThat(first).isEqualTo(new CommandRun(0, "shop.\"Odd -- \"\"name\": set up\nshop.orders: set up\n", ""));
        assertThat(second)
                .isEqualTo(new CommandRun(0, "shop.\"Odd -- \"\"name\": is set up\nshop.orders: is set up\n", ""));
        assertThat(third.out()).contains("shop.orders: renewed");
        assertThat(database.value("SELECT generation FROM tablecast.queue WHERE table_name = 'orders'"))
                .isNotEqualTo(generation);
        assertThat(database.column("SELECT tgenabled FROM pg_trigger WHERE tgname LIKE 'tablecast%'"))
                .containsOnly("A");
    }

    @Test
    void tableThatCannotHaveAQueueLeavesTheOthersTheirs() throws IOException {
        database.execute(
                "CREATE TABLE shop.log (line text)", "GRANT SELECT ON shop.log TO " + Database.quote(reader.name()));

        CommandRun run = asAdministrator("setup", configuration);
        Path without = configuration("skipping.json", "erp", Map.of("no.key.policy", "skip"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Cannot set up the queue of shop.log: ").contains("Add a primary key");
        assertThat(run.out()).contains("shop.orders: set up");
        assertThat(asAdministrator("setup", without).exitCode()).isZero();
    }

    @Test
    void roleWithoutRightsAndTablesInUseLeaveNothingBehind() throws SQLException {
        CommandRun forbidden = run("setup", configuration);
        assertThat(forbidden.exitCode()).isEqualTo(1);
        assertThat(forbidden.err()).contains("may not create triggers on").contains("GRANT TRIGGER ON");
        assertThat(database.column(TRACES)).isEmpty();

        try (Connection writer = database.connection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.orders, shop.\"Odd -- \"\"name\" IN ROW EXCLUSIVE MODE");
            CommandRun inUse = asAdministrator("setup", "--wait", 0, configuration);
            assertThat(inUse.exitCode()).isEqualTo(1);
            assertThat(inUse.err()).contains("canceling statement due to lock timeout");
            assertThat(database.column(TRACES)).isEmpty();
            writer.rollback();
        }
        assertThat(asAdministrator("setup", configuration).exitCode()).isZero();
    }

    @Test
    void lastReaderTakesTheQueuesAlongAndOthersLoseNothing() throws IOException {
        Path other = configuration("other.json", "other", Map.of());
        asAdministrator("setup", configuration);
        register("erp/erp");
        register("other/other");

        CommandRun first = asAdministrator("cleanup", "--name", "erp", configuration);
        database.execute("INSERT INTO shop.orders VALUES (1)");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).contains("shop.orders: left to its other readers");
        assertThat(database.column("SELECT op FROM tablecast.queue_shop_orders"))
                .containsExactly("c");

        CommandRun misspelt = asAdministrator("cleanup", "--name", "othr", other);
        assertThat(misspelt.out())
                .isEqualTo("Nothing to remove: no queue is registered for this connector. Queues are registered for:"
                        + " other/other (connector/topic.prefix).\n");

        CommandRun second = asAdministrator("cleanup", "--name", "other", other);

        assertThat(second.out()).contains("shop.orders: removed");
        assertThat(database.column(TRACES)).isEmpty();
        assertThat(database.value("SELECT to_regnamespace('tablecast')")).isNull();
        assertThat(asAdministrator("cleanup", "--name", "other", other).out()).contains("Nothing to remove");
    }

    @Test
    void printedCleanupSparesWhoeverReadsTheQueueWhenItIsRun() throws IOException {
        Path other = configuration("other.json", "other", Map.of());
        asAdministrator("setup", configuration);
        register("erp/erp");
        // The connector's own role may see which queues there are; removing them is the administrator's.
        CommandRun first = run("cleanup", "--print", "--name", "erp", configuration);
        register("other/other");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).contains("-- shop.orders\nBEGIN;").doesNotContain(reader.password());
        assertThat(database.number("SELECT count(*) FROM tablecast.queue_consumer"))
                .isEqualTo(4);
        database.execute(first.out(), "INSERT INTO shop.orders VALUES (1)");
        assertThat(database.column("SELECT DISTINCT consumer FROM tablecast.queue_consumer"))
                .containsExactly("other/other");
        assertThat(database.column("SELECT op FROM tablecast.queue_shop_orders"))
                .containsExactly("c");

        database.execute(
                run("cleanup", "--print", "--name", "other", other).out(), "INSERT INTO shop.orders VALUES (2)");

        assertThat(database.column(TRACES)).isEmpty();
        assertThat(database.value("SELECT to_regnamespace('tablecast')")).isNull();
        CommandRun nothing = run("cleanup", "--print", "--name", "other", other);
        assertThat(nothing.out()).contains("-- Nothing to remove").doesNotContain("BEGIN");
    }

    @Test
    void queuesAreNotTakenFromAConnectorThatReads() throws SQLException {
        asAdministrator("setup", configuration);
        register("erp/erp");
        try (Connection task = database.connection();
                Statement statement = task.createStatement()) {
            statement.execute(
                    "SELECT pg_advisory_lock(" + TableLocks.key("erp", "erp", new TableId("shop", "orders")) + ")");

            CommandRun refused = asAdministrator("cleanup", "--name", "erp", configuration);

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("is reading shop.orders at this moment. Stop or delete it first");
            assertThat(database.number("SELECT count(*) FROM tablecast.queue")).isEqualTo(2);

            assertThat(asAdministrator("cleanup", "--name", "erp", "--force", configuration)
                            .exitCode())
                    .isZero();
            assertThat(database.column(TRACES)).isEmpty();
        }
    }

    @Test
    void queuesOfAnEarlierVersionAreRemovedWhoeverOwnsThem() throws IOException {
        Role stranger = database.createRole("stranger");
        Path key = Files.writeString(folder.resolve("stranger"), stranger.password());
        database.execute("GRANT USAGE ON SCHEMA shop TO " + Database.quote(stranger.name()));
        makeQueuesOfTheFirstVersion(stranger);

        CommandRun refused = asAdministrator("cleanup", "--name", "erp", configuration);
        CommandRun lacking = run("cleanup", "--name", "erp", configuration);
        CommandRun asOwner =
                run("cleanup", "--user", stranger.name(), "--password-file", key, "--name", "erp", configuration);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("Cannot remove the queue of shop.orders: ")
                .contains(
                        "table tablecast.queue_version belongs to role \"" + stranger.name() + "\", who may not create"
                                + " triggers on \"shop\".\"orders\". Run 'tablecast cleanup' as that role (--user), or change its"
                                + " owner.");
        assertThat(lacking.exitCode()).isEqualTo(1);
        assertThat(asOwner.exitCode()).as(asOwner.err()).isZero();
        assertThat(asOwner.out()).contains("shop.orders: removed");
        assertThat(database.column(TRACES)).isEmpty();

        makeQueuesOfTheFirstVersion(reader);
        CommandRun ofTheReader = asAdministrator("cleanup", "--name", "erp", configuration);

        assertThat(ofTheReader.exitCode()).as(ofTheReader.err()).isZero();
        assertThat(database.column(TRACES)).isEmpty();
    }

    @Test
    void roleThatMayNotRemoveAQueueIsToldWhoMay() {
        asAdministrator("setup", configuration);
        register("erp/erp");

        CommandRun run = run("cleanup", "--name", "erp", configuration);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("Cannot remove the queue of shop.orders: ERROR: permission denied for table queue")
                .contains("Run 'tablecast cleanup' as the owner of the queues or a superuser (--user).");
        assertThat(database.number("SELECT count(*) FROM tablecast.queue")).isEqualTo(2);
    }

    /** Of an owner who may not put triggers on the tables any more. */
    private void makeQueuesOfTheFirstVersion(Role owner) {
        asAdministrator("setup", configuration);
        register("erp/erp");
        String role = Database.quote(owner.name());
        database.execute(
                "UPDATE tablecast.queue_version SET version = 1",
                "ALTER TABLE tablecast.queue DROP old_rows, DROP watched_columns, DROP format",
                "ALTER TABLE tablecast.queue_consumer DROP old_rows, DROP watched_columns",
                "ALTER SCHEMA tablecast OWNER TO " + role);
        database.column("SELECT format('ALTER TABLE %s OWNER TO %I', oid::regclass, '" + owner.name()
                        + "') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'tablecast'::regnamespace"
                        + " UNION ALL SELECT format('ALTER FUNCTION %s OWNER TO %I', oid::regprocedure, '"
                        + owner.name()
                        + "') FROM pg_proc WHERE pronamespace = 'tablecast'::regnamespace")
                .forEach(database::execute);
    }

    @Test
    void whatCannotBeUnderstoodIsRefusedBeforeAnythingIsDone() throws IOException {
        Path wrong = configuration("wrong.json", "erp", Map.of("connection.url", "jdbc:mysql://shop/orders"));
        Path sink =
                configuration("sink.json", "erp", Map.of("connector.class", "io.tablecast.sink.PostgresSinkConnector"));
        Path snapshot = configuration("snapshot.json", "erp", Map.of("mode", "snapshot"));

        assertThat(run("cleanup", configuration).err()).contains("does not hold the connector's name");
        assertThat(run("cleanup", configuration).exitCode()).isEqualTo(2);
        assertThat(run("setup", folder.resolve("missing.json")).exitCode()).isEqualTo(2);
        assertThat(run("setup", wrong).err()).contains("connection.url");
        assertThat(run("setup", sink).err()).contains("Only io.tablecast.source.PostgresSourceConnector has queues");
        assertThat(run("setup", snapshot).err()).contains("reads no table in mode queue");
        assertThat(run("setup", "--user", "nobody", "--password-file", password, configuration)
                        .err())
                .contains("At jdbc:postgresql://")
                .doesNotContain(reader.password());
    }

    private void register(String consumer) {
        database.execute("INSERT INTO tablecast.queue_consumer (consumer, table_schema, table_name, confirmed) SELECT '"
                + consumer + "', table_schema, table_name, pg_current_snapshot() FROM tablecast.queue");
    }

    private CommandRun asAdministrator(String command, Object... arguments) {
        Object[] all = new Object[arguments.length + 4];
        all[0] = "--user";
        all[1] = database.user();
        all[2] = "--password-file";
        all[3] = password;
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return run(command, all);
    }

    private CommandRun run(String command, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = command;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return CommandRun.of(connectors, all);
    }

    private Path configuration(String name, String prefix, Map<String, String> more) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.tablecast.source.PostgresSourceConnector");
        settings.put("connection.url", database.jdbcUrl());
        settings.put("connection.user", reader.name());
        settings.put("connection.password", reader.password());
        settings.put("topic.prefix", prefix);
        settings.put("mode", "queue");
        settings.put("queue.setup", "manual");
        settings.put("table.include.list", "shop\\..*");
        settings.putAll(more);
        Path file = folder.resolve(name);
        new ObjectMapper().writeValue(file.toFile(), settings);
        return file;
    }
}
