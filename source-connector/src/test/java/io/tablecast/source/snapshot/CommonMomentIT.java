// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the moment of several tables holds at the server, and for how long. */
class CommonMomentIT {

    private static final TableId FIRST = new TableId("shop", "first");
    private static final TableId SECOND = new TableId("shop", "second");

    private final Database database = PostgresServer.shared().createDatabase();
    private final OpenConnections connections = new OpenConnections(database::connection, database.jdbcUrl());

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void givenUpMomentHoldsNothingAtTheServerAndTheNextTableIsToldToTakeAnother() throws SQLException {
        CommonMoment moment = open();
        Connection first = moment.connect();

        moment.giveUp();
        connections.close(first);

        assertThat(moment.isLost()).isTrue();
        awaitSnapshots(0);
        assertThatThrownBy(moment::connect)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        lost -> assertThat(lost.getSQLState()).isEqualTo("40001"));
    }

    @Test
    void momentThatAllTablesHaveReachedStaysWithTheLastOfThem() throws SQLException {
        CommonMoment moment = open();
        Connection first = moment.connect();
        Connection last = moment.connect();

        moment.giveUp();

        assertThat(moment.isLost()).isFalse();
        awaitSnapshots(2);
        connections.close(first);
        connections.close(last);
        awaitSnapshots(0);
    }

    private CommonMoment open() throws SQLException {
        return CommonMoment.open(
                connections,
                connections.open(),
                Instant.now(),
                Map.of(FIRST, ChangeProof.NONE, SECOND, ChangeProof.NONE));
    }

    private void awaitSnapshots(int count) {
        Conditions.await(
                Duration.ofSeconds(20),
                () -> "not " + count + " transactions are open",
                () -> database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND state LIKE 'idle in transaction%'")
                        == count);
    }
}
