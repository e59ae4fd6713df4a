// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.queue.QueueAdministration;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Roles that lose a right while their tables are read, and get it back. */
class LostPrivilegesIT {

    private static final TableId ITEM = new TableId("shop", "item");
    private static final TableId OTHER = new TableId("stock", "other");

    private final Database database = PostgresServer.shared().createDatabase();
    private final StoredOffsets offsets = new StoredOffsets();
    private Role role;

    @BeforeEach
    void createTables() {
        role = database.createRole("reader");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE SCHEMA stock",
                "CREATE TABLE shop.item (id int PRIMARY KEY)",
                "CREATE TABLE stock.other (id int PRIMARY KEY)",
                "INSERT INTO shop.item VALUES (1)",
                "INSERT INTO stock.other VALUES (1)",
                rights("shop"),
                rights("stock"));
    }

    /** What docs/roles gives a role that reads every mode and sets up nothing. */
    private String rights(String schema) {
        Path file = Path.of(System.getProperty("tablecast.root"), "docs", "roles", "source-queue-manual.sql");
        try {
            return Files.readString(file)
                    .replace("SCHEMA shop", "SCHEMA " + schema)
                    .replace("tablecast_source", roleName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "snapshot, SELECT, shop.item",
        "snapshot, USAGE, SCHEMA shop",
        "incremental, SELECT, shop.item",
        "incremental, USAGE, SCHEMA shop",
        "queue, SELECT, shop.item",
        "queue, USAGE, SCHEMA shop",
        "queue, SELECT, tablecast.queue_shop_item"
    })
    void tableAloneWaitsUntilTheRightIsGrantedAgain(String mode, String right, String object) throws SQLException {
        setUpQueues(mode);
        try (TaskRun run = TaskRun.start(properties(mode, "retry"), offsets)) {
            awaitRow(run, ITEM, 1);
            awaitRow(run, OTHER, 1);

            database.execute("REVOKE " + right + " ON " + object + " FROM " + roleName());
            database.execute("INSERT INTO shop.item VALUES (2)");
            run.pollUntil("a failure", records -> run.metric(ITEM, "failures-in-a-row") > 0);
            database.execute("INSERT INTO stock.other VALUES (2)");
            awaitRow(run, OTHER, 2);
            assertThat(run.metric(OTHER, "failures-in-a-row")).isZero();
            assertThat(ids(run.pollUntil("anything", records -> true), ITEM)).containsExactly(1);

            grant(right, object);
            database.execute("INSERT INTO shop.item VALUES (3)");
            awaitRow(run, ITEM, 3);
            assertThat(ids(run.pollUntil("anything", records -> true), ITEM)).containsExactly(1, 2, 3);
            assertThat(run.metric(ITEM, "failures-in-a-row")).isZero();
        }
    }

    @Test
    void roleOfTheDocumentationMayDefineNothingAndReadsQueuesThatAnAdministratorHasSetUp() throws SQLException {
        setUpQueues("queue");

        assertThat(database.column("SELECT object FROM (VALUES"
                        + " ('database', has_database_privilege('" + role.name() + "', current_database(), 'CREATE')),"
                        + " ('schema', has_schema_privilege('" + role.name() + "', 'shop', 'CREATE')),"
                        + " ('queues', has_schema_privilege('" + role.name() + "', 'tablecast', 'CREATE')),"
                        + " ('trigger', has_table_privilege('" + role.name() + "', 'shop.item', 'TRIGGER')))"
                        + " AS may(object, is_so) WHERE is_so"))
                .isEmpty();
        try (TaskRun run = TaskRun.start(properties("queue", "fail"), offsets)) {
            awaitRow(run, ITEM, 1);
            database.execute("INSERT INTO shop.item VALUES (2)");
            awaitRow(run, ITEM, 2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "snapshot, SELECT, shop.item, SELECT ON shop.item",
        "incremental, USAGE, SCHEMA shop, USAGE ON SCHEMA shop",
        "queue, SELECT, shop.item, SELECT ON shop.item",
        "queue, USAGE, SCHEMA tablecast, USAGE ON SCHEMA tablecast",
        "queue, SELECT, tablecast.queue, SELECT ON tablecast.queue",
        "queue, SELECT, tablecast.queue_shop_item, 'SELECT, UPDATE, DELETE ON tablecast.queue_shop_item'"
    })
    void messageNamesTheGrant(String mode, String right, String object, String grant) throws SQLException {
        setUpQueues(mode);
        try (TaskRun run = TaskRun.start(properties(mode, "fail"), offsets)) {
            awaitRow(run, ITEM, 1);
            awaitRow(run, OTHER, 1);

            database.execute("REVOKE " + right + " ON " + object + " FROM " + roleName());
            database.execute("INSERT INTO shop.item VALUES (2)");

            assertThatThrownBy(() -> run.pollUntil("a failure", records -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Cannot read ")
                    .hasMessageContaining("permission denied for")
                    .hasMessageContaining(" Run GRANT " + grant + " TO " + role.name())
                    .hasMessageContaining(", or take the table out of table.include.list");
        }
    }

    /** Runs what {@code tablecast setup --print} prints for the role. */
    private void setUpQueues(String mode) throws SQLException {
        if (!mode.equals("queue")) {
            return;
        }
        QueueAdministration queues =
                new QueueAdministration(SourceSettings.parse(properties(mode, "retry")), Duration.ofSeconds(30));
        for (TableId table : List.of(ITEM, OTHER)) {
            try (Connection connection = database.connection(role)) {
                connection.setAutoCommit(false);
                database.execute(String.join(";\n", queues.script(connection, table, role.name())));
            }
        }
    }

    private Map<String, String> properties(String mode, String onTableError) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "connection.user",
                role.name(),
                "connection.password",
                role.password(),
                "mode",
                mode,
                "queue.setup",
                "manual",
                "poll.interval.ms",
                "100",
                "snapshot.skip.unchanged",
                "false",
                "on.table.error",
                onTableError));
        if (mode.equals("incremental")) {
            properties.put("control.column", "id");
        }
        return TaskRun.properties(database, properties, ITEM, OTHER);
    }

    private void grant(String right, String object) {
        database.execute("GRANT " + right + " ON " + object + " TO " + roleName());
    }

    private String roleName() {
        return Database.quote(role.name());
    }

    private static void awaitRow(TaskRun run, TableId table, int id) {
        run.pollUntil(
                "row " + id + " of " + table, records -> ids(records, table).contains(id));
    }

    private static Set<Integer> ids(List<SourceRecord> records, TableId table) {
        Set<Integer> ids = new TreeSet<>();
        for (SourceRecord record : TaskRun.ofTopic(records, "erp." + table)) {
            if (record.value() instanceof Struct envelope && envelope.getStruct("after") != null) {
                ids.add(envelope.getStruct("after").getInt32("id"));
            }
        }
        return ids;
    }
}
