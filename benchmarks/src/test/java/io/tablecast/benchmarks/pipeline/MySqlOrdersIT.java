// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.PostgresServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison of both databases' tables is all that proves a copy from MySQL. */
class MySqlOrdersIT {
    private static final long ROWS = 1_003;

    @ParameterizedTest
    @MethodSource("io.tablecast.testing.MySqlRelease#available")
    void bothDatabasesAreFilledWithTheSameRowsAndADifferenceIsTold(MySqlRelease release) {
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase("shop");
                Database destination = PostgresServer.shared().createDatabase()) {
            MySqlOrders.fill(source, ROWS);
            new OrdersTable(ROWS, 1).create(destination);

            MySqlOrders.requireEqual(source, destination, OrdersTable.NAME);

            destination.execute("UPDATE shop.orders SET weight = weight + 0.125 WHERE id = 1000");
            assertDifference(source, destination, "destination: 1000|");
            source.execute("DELETE FROM shop.orders WHERE id >= 1000");
            assertDifference(source, destination, "source:      \n");
        }
    }

    private static void assertDifference(MySqlDatabase source, Database destination, String found) {
        assertThatThrownBy(() -> MySqlOrders.requireEqual(source, destination, OrdersTable.NAME))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("shop.orders differs from its source:")
                .hasMessageContaining(found);
    }
}
