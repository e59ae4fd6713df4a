// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What other sessions may hide from the counters, with counters that are late by less than a server's may be. */
class ChangeProofIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration DELAY = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Database database = PostgresServer.shared().createDatabase();
    private Instant lastProven;

    @BeforeEach
    void createTable() throws SQLException {
        database.execute("CREATE TABLE item (id int)");
        lastProven = Instant.now();
        assertThat(isProvable()).isTrue();
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void transactionThatBeganAWhileAgoAndAfterTheLastProofMayHideChanges() throws SQLException {
        try (Connection session = database.connection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("SELECT 1");
            assertThat(isProvable()).as("a transaction that has just begun").isTrue();

            Conditions.await(PATIENCE, "the old transaction hides nothing", () -> !isProvable());

            lastProven = Instant.now().plusSeconds(60);
            assertThat(isProvable())
                    .as("a transaction that was open at the last proof")
                    .isTrue();
            lastProven = Instant.now().minusSeconds(60);
            assertThat(isProvable()).isFalse();
            session.rollback();
        }
        Conditions.await(PATIENCE, "a session that is gone hides something", this::isProvable);
    }

    @Test
    void sessionsOfTheConnectorItselfHideNothing() throws SQLException {
        try (Connection session = database.connection();
                Statement statement = session.createStatement()) {
            statement.execute("SET application_name = 'tablecast/shop'");
            session.setAutoCommit(false);
            statement.execute("SELECT 1");

            Conditions.await(PATIENCE, "the old transaction hides nothing from others", () -> !isProvable());
            assertThat(isProvable("tablecast/shop")).isTrue();
            assertThat(isProvable("tablecast/other")).isFalse();
        }
    }

    private boolean isProvable() throws SQLException {
        return isProvable("");
    }

    private boolean isProvable(String applicationName) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = '" + applicationName + "'");
            return ChangeProof.read(connection, ITEM, lastProven, DELAY) != ChangeProof.NONE;
        }
    }
}
