// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.ConnectionSettings;
import io.tablecast.source.config.OnTableError;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class TableFailuresTest {

    private static final TableId ITEM = new TableId("shop", "item");
    private final SQLException forbidden = new SQLException("permission denied for table item", "42501");

    private final BoundedRecordBuffer buffer = new BoundedRecordBuffer(10, 1000, 10);
    private final TableMetrics metrics = new TableMetrics(Clock.systemUTC());
    private final TableFailures failures = new TableFailures(
            new Connections(
                    new ConnectionSettings("jdbc:postgresql://db:5432/shop", "", new Password(""), Map.of(), "c")),
            buffer);

    @Test
    void faultOfOneTableIsTriedAgainLessAndLessOften() {
        assertThat(waitAfter(forbidden, OnTableError.RETRY))
                .hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1)));
        for (int i = 0; i < 20; i++) {
            assertThat(waitAfter(new IllegalStateException("broken"), OnTableError.RETRY))
                    .isPresent();
        }
        assertThat(waitAfter(new ConnectException("no key"), OnTableError.RETRY))
                .hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofSeconds(150), Duration.ofMinutes(5)));
        metrics.succeeded();
        assertThat(waitAfter(forbidden, OnTableError.RETRY))
                .hasValueSatisfying(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(1)));
        buffer.throwIfFailed();
    }

    @Test
    void faultStopsTheTaskWhereThatIsWanted() {
        assertThat(waitAfter(forbidden, OnTableError.FAIL)).isEmpty();

        assertThatThrownBy(buffer::throwIfFailed)
                .isInstanceOf(ConnectException.class)
                .hasMessage(
                        "Cannot read shop.item from jdbc:postgresql://db:5432/shop: permission denied for table item."
                                + " Grant what is missing, for example GRANT SELECT ON \"shop\".\"item\", or take the table out"
                                + " of table.include.list, then restart the task.");
    }

    @Test
    void whatKeepsAllTablesFromBeingReadStopsTheTask() {
        assertThat(waitAfter(new SQLException("password authentication failed", "28P01"), OnTableError.RETRY))
                .isEmpty();

        assertThatThrownBy(buffer::throwIfFailed)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Correct connection.user and connection.password, then restart the task.");
    }

    @Test
    void whatMayPassIsTriedAgainEvenWhereFaultsStopTheTask() {
        assertThat(waitAfter(new SQLException("no such column", "42703"), OnTableError.FAIL))
                .isPresent();
        assertThat(waitAfter(new SQLException("gone", "08006"), OnTableError.FAIL))
                .isPresent();
        buffer.throwIfFailed();
        // Nothing can have changed in between any more.
        assertThat(waitAfter(new SQLException("no such column", "42703"), OnTableError.FAIL))
                .isEmpty();
    }

    private Optional<Duration> waitAfter(Exception failure, OnTableError onTableError) {
        return failures.waitAfter(failure, ITEM, onTableError, metrics);
    }
}
