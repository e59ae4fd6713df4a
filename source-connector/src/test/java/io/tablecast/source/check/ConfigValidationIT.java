// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.ConfigReport;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigValidationIT {

    private final Database database = PostgresServer.shared().createDatabase();
    private Role role;

    @BeforeEach
    void createTables() {
        role = database.createRole("reader");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, customer int, \"Note\" text)",
                "CREATE TABLE shop.log (at timestamptz, line text)",
                "CREATE UNIQUE INDEX log_line ON shop.log (line)",
                "CREATE VIEW shop.totals AS SELECT count(*) FROM shop.orders",
                "GRANT USAGE ON SCHEMA shop TO \"" + role.name() + "\"",
                "GRANT SELECT, TRIGGER ON shop.orders TO \"" + role.name() + "\"",
                "GRANT CREATE ON DATABASE \"" + database.name() + "\" TO \"" + role.name() + "\"");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void rightConfigurationHasNoErrors() {
        assertThat(errors(Map.of())).isEmpty();
        assertThat(errors(Map.of("mode", "snapshot", "table.include.list", "shop\\.orders")))
                .isEmpty();
    }

    @Test
    void wrongPassword() {
        assertOnly(Map.of("connection.password", "wrong"), "connection.password", "password authentication failed");
    }

    @Test
    void unreachableHostAndPort() {
        assertOnly(
                Map.of("connection.url", "jdbc:postgresql://no-such-host.invalid:5432/shop"),
                "connection.url",
                "Cannot connect to jdbc:postgresql://no-such-host.invalid:5432/shop: ");
        assertOnly(
                Map.of("connection.url", "jdbc:postgresql://127.0.0.1:1/shop"),
                "connection.url",
                "Check host and port in connection.url");
    }

    @Test
    void tablesForWhichConnectingHasLeftNoTimeAreLeftToTheTasks() throws SQLException {
        assertThat(faultsOfALogThatWasBegun(Duration.ofSeconds(7))).isEmpty();
        assertThat(faultsOfALogThatWasBegun(Duration.ZERO)).anyMatch(fault -> fault.contains("shop.log has no key"));
    }

    /** What is found of a table without key when the checks began so long ago. */
    private List<String> faultsOfALogThatWasBegun(Duration ago) throws SQLException {
        ConfigReport report = ConfigReport.of(properties(Map.of("table.include.list", "shop\\.log")));
        try (Connection connection = database.connection()) {
            new TableChecks(report, report.usable(), connection, System.nanoTime() - ago.toNanos())
                    .check(List.of(new TableId("shop", "log")));
        }
        return report.toConfig().configValues().stream()
                .flatMap(value -> value.errorMessages().stream())
                .toList();
    }

    @Test
    void silentHostIsGivenUpInTime() {
        Instant started = Instant.now();

        assertOnly(
                Map.of("connection.url", "jdbc:postgresql://192.0.2.1:5432/shop"), "connection.url", "Cannot connect");

        assertThat(Duration.between(started, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void unknownDatabase() {
        assertOnly(
                Map.of("connection.url", database.server().jdbcUrl("nowhere")),
                "connection.url",
                "database \"nowhere\" does not exist. Correct the database in connection.url.");
    }

    @Test
    void olderServer() {
        try (PostgresServer old =
                        PostgresServer.start(PostgresOptions.defaults().withVersion(PostgresVersion.REFUSED));
                Database oldDatabase = old.createDatabase()) {
            Map<String, String> properties = new HashMap<>(Map.of(
                    "connection.url", oldDatabase.jdbcUrl(),
                    "connection.user", oldDatabase.user(),
                    "connection.password", oldDatabase.password()));

            assertOnly(properties, "connection.url", "is PostgreSQL 13");
            assertOnly(properties, "connection.url", "Tablecast reads PostgreSQL 14 and newer. Upgrade the server.");
        }
    }

    @Test
    void listThatMatchesNothing() {
        assertOnly(
                Map.of("table.include.list", "orders"),
                "table.include.list",
                "Each expression must match the whole name schema.table");
    }

    @Test
    void tableWithoutSelectPrivilege() {
        assertOnly(
                Map.of("mode", "snapshot", "table.include.list", "shop\\.(orders|log)"),
                "table.include.list",
                "may not read shop.log. Run GRANT SELECT ON \"shop\".\"log\" TO " + role.name());
    }

    @Test
    void tableWithoutKeyInModeQueue() {
        database.execute("GRANT SELECT, TRIGGER ON shop.log TO \"" + role.name() + "\"");

        assertOnly(
                Map.of("table.include.list", "shop\\.(orders|log)"),
                "no.key.policy",
                "Table shop.log has no key that mode queue can use: it has no primary key, and no unique index can"
                        + " serve: \"log_line\" has nullable columns \"line\".");
        assertThat(errors(Map.of("table.include.list", "shop\\.(orders|log)", "no.key.policy", "skip")))
                .isEmpty();
    }

    @Test
    void viewInModeQueue() {
        database.execute("GRANT SELECT ON shop.totals TO \"" + role.name() + "\"");

        assertOnly(
                Map.of("table.include.list", "shop\\.(orders|totals)"),
                "mode",
                "shop.totals is a view, which cannot have the triggers of mode queue. Set table.shop.totals.mode=snapshot");
    }

    @Test
    void roleWithoutTriggerPrivilege() {
        database.execute("REVOKE TRIGGER ON shop.orders FROM \"" + role.name() + "\"");

        assertOnly(
                Map.of(),
                "mode",
                "may not create triggers on shop.orders, which mode queue needs. Run GRANT TRIGGER ON"
                        + " shop.orders TO " + role.name());
    }

    @Test
    void roleWithoutTriggerPrivilegeOnAPartition() {
        database.execute(
                "CREATE TABLE shop.parted (id int PRIMARY KEY) PARTITION BY LIST (id)",
                "CREATE TABLE shop.\"Part\" PARTITION OF shop.parted DEFAULT",
                "GRANT SELECT, TRIGGER ON shop.parted TO \"" + role.name() + "\"");

        assertOnly(
                Map.of("table.include.list", "shop\\.parted"),
                "mode",
                "may not create triggers on shop.\"Part\", which mode queue needs. Run GRANT TRIGGER ON shop.\"Part\"");
    }

    @Test
    void rightsOnColumnsAreEnoughForSnapshotsOnly() {
        database.execute(
                "REVOKE SELECT ON shop.orders FROM \"" + role.name() + "\"",
                "GRANT SELECT (id, customer, \"Note\") ON shop.orders TO \"" + role.name() + "\"");

        assertThat(errors(Map.of("mode", "snapshot"))).isEmpty();
        assertOnly(Map.of(), "table.include.list", "may not read shop.orders. Run GRANT SELECT ON");
    }

    @Test
    void rowsThatPoliciesHide() {
        database.execute("ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY");

        assertOnly(
                Map.of(),
                "table.include.list",
                "Row-level security may hide rows of shop.orders from role " + role.name());
    }

    @Test
    void missingColumnOfOneTableLeavesTheConditionsOfOthersAlone() {
        assertOnly(
                Map.of(
                        "mode", "snapshot",
                        "connection.properties.currentSchema", "shop",
                        "table.include.list", "shop\\.(orders|log)",
                        "table.shop.log.columns", "colour",
                        "table.shop.orders.condition", "EXISTS (SELECT FROM orders)"),
                "table.shop.log.columns",
                "names [colour]");
    }

    @Test
    void roleWithoutCreatePrivilege() {
        database.execute("REVOKE CREATE ON DATABASE \"" + database.name() + "\" FROM \"" + role.name() + "\"");

        assertOnly(Map.of(), "queue.setup", "may not create schema \"tablecast\"");
        assertOnly(Map.of(), "queue.setup", "Run GRANT CREATE ON DATABASE");
        assertOnly(Map.of("queue.setup", "manual"), "queue.setup", "is not set up, or this role may not see it");
        assertOnly(Map.of("queue.setup", "manual"), "queue.setup", "'tablecast setup --print'");

        database.execute(
                "CREATE SCHEMA tablecast",
                "CREATE TABLE tablecast.queue (table_schema text, table_name text)",
                "INSERT INTO tablecast.queue VALUES ('shop', 'orders')",
                "GRANT USAGE ON SCHEMA tablecast TO \"" + role.name() + "\"",
                "GRANT SELECT ON tablecast.queue TO \"" + role.name() + "\"");
        assertThat(errors(Map.of("queue.setup", "manual"))).isEmpty();
    }

    @Test
    void roleThatMayNotWriteToWhatAnotherRoleHasMade() {
        database.execute(
                "CREATE SCHEMA tablecast",
                "CREATE TABLE tablecast.queue (table_schema text)",
                "GRANT USAGE, CREATE ON SCHEMA tablecast TO \"" + role.name() + "\"");

        assertOnly(
                Map.of(),
                "queue.schema",
                "Role " + role.name() + " may not write to all of queue in schema \"tablecast\", which another role has"
                        + " made. Connect as that role, run GRANT SELECT");
    }

    @Test
    void unknownModeIsReportedBesideWhatTheDatabaseSays() {
        Map<String, List<String>> errors =
                errors(Map.of("mode", "mirror", "table.shop.orders.columns", "id,colour", "tabel.exclude.list", "x"));

        assertThat(errors).containsOnlyKeys("mode", "table.shop.orders.columns", "tabel.exclude.list");
        assertThat(errors.get("mode").get(0)).contains("Invalid value mirror for configuration mode");
        assertThat(errors.get("table.shop.orders.columns").get(0)).contains("names [colour]");
        assertThat(errors.get("tabel.exclude.list").get(0)).contains("Did you mean \"table.exclude.list\"?");
    }

    @Test
    void keyColumnThatIsNotThere() {
        assertOnly(
                Map.of("table.shop.orders.key.columns", "id,Id"),
                "table.shop.orders.key.columns",
                "Table shop.orders: key.columns names \"Id\", which the table does not have, or which");
    }

    @Test
    void keyColumnThatMayBeNull() {
        assertOnly(
                Map.of("table.shop.orders.key.columns", "customer"),
                "table.shop.orders.key.columns",
                "The key columns [customer] of shop.orders may be NULL, and a key must not. Run ALTER TABLE"
                        + " \"shop\".\"orders\" ALTER COLUMN \"customer\" SET NOT NULL, or name other columns.");
    }

    @Test
    void keyThatTheColumnsLeaveOut() {
        assertOnly(
                Map.of("table.shop.orders.columns", "customer,Note"),
                "table.shop.orders.columns",
                "the key \"orders_pkey\" needs \"id\", which the list of replicated columns leaves out");
        assertOnly(
                Map.of("table.shop.orders.columns", "customer,Note", "table.shop.orders.key.columns", "id"),
                "table.shop.orders.key.columns",
                "key.columns names \"id\", which the table does not have, or which the list of replicated columns"
                        + " leaves out");
    }

    @Test
    void conditionThatDoesNotParse() {
        assertOnly(
                Map.of("table.shop.orders.condition", "customer >> "),
                "table.shop.orders.condition",
                "The condition of shop.orders is not one that the server accepts: ERROR: syntax error at or near \")\" at"
                        + " character 13 of the condition.");
        assertOnly(Map.of("condition", "nobody = 1"), "condition", "column \"nobody\" does not exist");
    }

    @Test
    void keysOfATableThatIsNotCaptured() {
        assertOnly(
                Map.of("table.shop.Orders.mode", "snapshot"),
                "table.shop.Orders.mode",
                "The table shop.Orders is not captured");
    }

    @Test
    void tablesThatWouldShareATopic() {
        database.execute(
                "CREATE TABLE shop.\"or ders\" (id int PRIMARY KEY)",
                "CREATE TABLE shop.\"or_ders\" (id int PRIMARY KEY)",
                "GRANT SELECT, TRIGGER ON ALL TABLES IN SCHEMA shop TO \"" + role.name() + "\"");

        assertOnly(
                Map.of("table.include.list", "shop\\.or.*"),
                "topic.prefix",
                "The tables shop.or ders and shop.or_ders would share the topic");
    }

    @Test
    void faultOfATopicStandsOnTheSettingThatNamesIt() {
        database.execute("GRANT SELECT ON shop.log TO \"" + role.name() + "\"");
        Map<String, String> both = Map.of("mode", "snapshot", "table.include.list", "shop\\.(orders|log)");
        String key = "table.shop.orders.topic";

        assertOnly(
                with(both, key, "erp_shop.log"),
                key,
                "The tables shop.log and shop.orders would share the topic \"erp_shop.log\" (topics that differ only in"
                        + " \".\" and \"_\" collide). Set table.shop.orders.topic.");
        assertOnly(
                with(both, key, "x".repeat(250)),
                key,
                "250 characters long; Kafka allows 249. Set table.shop.orders.topic.");
        assertOnly(with(both, key, "or ders"), key, "Kafka allows letters, digits, '.', '_' and '-'");
        assertOnly(with(both, key, ".."), key, "Kafka allows neither \".\" nor \"..\" as the name of a topic");
        assertThat(errors(with(with(both, key, "same"), "table.shop.log.topic", "same")))
                .containsOnlyKeys(key, "table.shop.log.topic");
        assertThat(errors(with(both, key, "orders"))).isEmpty();
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }

    private void assertOnly(Map<String, String> changes, String key, String message) {
        Map<String, List<String>> errors = errors(changes);
        assertThat(errors).containsOnlyKeys(key);
        assertThat(String.join("\n", errors.get(key))).contains(message);
    }

    private Map<String, String> properties(Map<String, String> changes) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "validated",
                "connector.class", "io.tablecast.source.PostgresSourceConnector",
                "connection.url", database.jdbcUrl(),
                "connection.user", role.name(),
                "connection.password", role.password(),
                "topic.prefix", "erp",
                "mode", "queue",
                "table.include.list", "shop\\.orders"));
        properties.putAll(changes);
        return properties;
    }

    private Map<String, List<String>> errors(Map<String, String> changes) {
        Map<String, List<String>> errors = new TreeMap<>();
        ConfigValidation.validate(properties(changes)).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
