// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.incremental.ControlColumn;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlChecksIT {

    private final Database database = PostgresServer.shared().createDatabase();

    @BeforeEach
    void createTable() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE DOMAIN shop.moment AS timestamptz NOT NULL",
                "CREATE TABLE shop.item (id int PRIMARY KEY, code int, name text, at shop.moment, day date, n smallint)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void columnsThatCanServe() {
        for (String column : List.of("id", "at", "day", "n")) {
            assertThat(errors(Map.of("control.column", column))).isEmpty();
        }
        assertThat(errors(Map.of("control.column", "at", "start.value", "2026-01-01 00:00:00+00")))
                .isEmpty();
    }

    @Test
    void missingSetting() {
        assertOnly(Map.of(), "control.column", "Mode incremental of shop.item needs control.column");
    }

    @Test
    void columnThatIsNotThere() {
        assertOnly(
                Map.of("table.shop.item.control.column", "changed"),
                "table.shop.item.control.column",
                "Control column \"changed\" of shop.item does not exist. Set control.column to an existing column of"
                        + " type timestamptz, timestamp, date, smallint, integer or bigint.");
    }

    @Test
    void columnThatIsNeitherTimeNorInteger() {
        assertOnly(
                Map.of("control.column", "name"),
                "control.column",
                "Control column \"name\" of shop.item is of type text. Set control.column");
    }

    @Test
    void columnThatIsNotReplicated() {
        assertOnly(
                Map.of("control.column", "at", "columns", "id,name"),
                "columns",
                "leave out the control column \"at\". Add it to columns.");
    }

    @Test
    void keyThatMayBeNull() {
        assertOnly(
                Map.of("control.column", "id", "key.columns", "code"),
                "key.columns",
                "The key of shop.item has columns that may be NULL: code. Make them NOT NULL");
    }

    @Test
    void valuesThatCannotBeRead() {
        assertOnly(
                Map.of("control.column", "n", "start.value", "yesterday"),
                "start.value",
                "\"yesterday\" is no value of control column \"n\" of shop.item. Expected a whole number such as 4711.");
        assertOnly(
                Map.of("control.column", "n", "control.timezone", "Rome"), "control.timezone", "expected a time zone");
        assertOnly(
                Map.of("control.column", "n", "dst.pause", "never"), "dst.pause", "expected off, or two local times");
        assertOnly(Map.of("control.column", "n", "boundary", "-1"), "boundary", "expected at least 0");
    }

    @Test
    void missingIndexIsNamedWithTheStatementThatMakesIt() throws SQLException {
        database.execute("CREATE INDEX ON shop.item (at DESC) WHERE id > 0", "CREATE INDEX ON shop.item (id, at)");
        assertThat(missingIndex("at"))
                .containsExactly("CREATE INDEX CONCURRENTLY ON \"shop\".\"item\" (\"at\", \"id\")");
        assertThat(missingIndex("id")).isEmpty();

        database.execute(missingIndex("at").get(0));

        assertThat(missingIndex("at")).isEmpty();
    }

    @Test
    void operationThatIsAllThereIs() {
        assertOnly(
                Map.of("control.column", "id", "skip.operations", "u"),
                "skip.operations",
                "Without u nothing of shop.item would be sent after its first copy");
    }

    private void assertOnly(Map<String, String> changes, String key, String message) {
        Map<String, List<String>> errors = errors(changes);
        assertThat(errors).containsOnlyKeys(key);
        assertThat(String.join("\n", errors.get(key))).contains(message);
    }

    private List<String> missingIndex(String control) throws SQLException {
        SourceSettings settings = SourceSettings.parse(properties(Map.of("control.column", control)));
        TableId item = new TableId("shop", "item");
        try (Connection connection = database.connection()) {
            SourceTable table = new SourceCatalog(connection, settings.records())
                    .table(item, settings.of(item))
                    .orElseThrow();
            return ControlColumn.missingIndex(table, control);
        }
    }

    private Map<String, String> properties(Map<String, String> changes) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "validated",
                "connector.class", "io.tablecast.source.PostgresSourceConnector",
                "connection.url", database.jdbcUrl(),
                "connection.user", database.user(),
                "connection.password", database.password(),
                "topic.prefix", "erp",
                "mode", "incremental",
                "table.include.list", "shop\\.item"));
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
