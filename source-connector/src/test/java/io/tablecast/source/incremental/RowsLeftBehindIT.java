// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.postgres.Transactions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowsLeftBehindIT {

    private static final TableId ITEM = new TableId("shop", "item");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Database database = PostgresServer.shared().createDatabase();
    private final RowsLeftBehind leftBehind =
            new RowsLeftBehind(ITEM, Duration.ofSeconds(50), new ControlMetrics(Clock.systemUTC()));

    @BeforeEach
    void createTable() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.item (id int PRIMARY KEY, name text, n int)",
                "INSERT INTO shop.item SELECT g, 'x', g FROM generate_series(1, 10) g");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void rowsThatComeAfterTheirPageAreFoundOnce() throws SQLException {
        assertThat(look(ControlPosition.afterRow("5", List.of("5")), 0)).isZero();
        assertThat(look(ControlPosition.afterRow("10", List.of("10")), 10)).isZero();
        database.execute(
                "INSERT INTO shop.item VALUES (11, 'late', 3), (12, 'in time', 12), (13, 'late', 10), (14, 'late', 7)",
                "DELETE FROM shop.item WHERE id = 14",
                "UPDATE shop.item SET name = 'unseen' WHERE id = 7");
        assertThat(look(ControlPosition.afterRow("12", List.of("12")), 49)).isZero();

        // (13, n = 10) follows (10, n = 10): reading goes by control value and key, so its page was still to come.
        assertThat(look(ControlPosition.afterRow("12", List.of("12")), 50)).isEqualTo(2);
        assertThat(look(ControlPosition.afterRow("12", List.of("12")), 100)).isZero();
    }

    private long look(ControlPosition position, int seconds) throws SQLException {
        SourceSettings settings = SourceSettings.parse(Map.of(
                "connection.url", database.jdbcUrl(),
                "topic.prefix", "erp",
                "mode", "incremental",
                "control.column", "n",
                "table.include.list", ".*"));
        try (Connection connection = database.connection()) {
            Transactions.beginSnapshot(connection);
            KnownTable known = KnownTable.read(connection, settings.records(), ITEM, settings.of(ITEM));
            return leftBehind.lookIfDue(connection, known, position, START.plusSeconds(seconds));
        }
    }
}
