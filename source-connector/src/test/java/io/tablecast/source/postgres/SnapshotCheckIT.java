// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotCheckIT {

    private final Database database = PostgresServer.shared().createDatabase();

    @BeforeEach
    void createTables() {
        database.execute(
                "CREATE TABLE items (id int)",
                "INSERT INTO items VALUES (1), (2)",
                "CREATE VIEW seen AS SELECT id FROM items",
                "CREATE TABLE parts (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)",
                "INSERT INTO parts VALUES (1)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE items; INSERT INTO items VALUES (3)",
                "ALTER TABLE items ALTER id TYPE bigint",
                "DROP TABLE items CASCADE; CREATE TABLE items (id int); INSERT INTO items VALUES (3)"
            })
    void replacedTableWouldLookEmptyAndIsNoticed(String change) throws SQLException {
        if (change.startsWith("ALTER")) {
            database.execute("DROP VIEW seen");
        }
        assertNoticed("SELECT id FROM items", change, "items");
    }

    @Test
    void tableBehindAViewIsNoticed() throws SQLException {
        assertNoticed("SELECT id FROM seen", "TRUNCATE items; INSERT INTO items VALUES (3)", "items");
    }

    @Test
    void partitionIsNoticed() throws SQLException {
        assertNoticed("SELECT id FROM parts", "TRUNCATE parts_1; INSERT INTO parts VALUES (2)", "parts_1");
    }

    @Test
    void ordinaryChangesPassAndTheTableIsLockedAgainstOthers() throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            Transactions.beginSnapshot(connection);
            statement.execute("SELECT 1");
            database.execute("INSERT INTO items VALUES (3)", "CREATE INDEX ON items (id)", "VACUUM items");

            SnapshotCheck.lockAndCheck(connection, "SELECT id FROM seen");

            assertThatThrownBy(() -> database.execute("SET lock_timeout = 50", "TRUNCATE items"))
                    .hasMessageContaining("lock timeout");
            assertThat(BinaryCopyRows.count(connection, "SELECT id FROM seen")).isEqualTo(2);
        }
    }

    private void assertNoticed(String query, String change, String name) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            Transactions.beginSnapshot(connection);
            statement.execute("SELECT 1");
            database.execute(change);

            assertThatThrownBy(() -> SnapshotCheck.lockAndCheck(connection, query))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(SqlFailure.of(failure)).isEqualTo(SqlFailure.RETRY))
                    .hasMessageContaining("while the copy began: " + name);
        }
    }

    /** Counts what a binary copy reads. */
    private static final class BinaryCopyRows {
        static long count(Connection connection, String query) throws SQLException {
            try {
                return BinaryCopy.read(connection, query, (row, bytes) -> {});
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
