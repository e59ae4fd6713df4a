// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import io.tablecast.testing.MySqlDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;

/**
 * The web shop at its source, a MariaDB or MySQL, and a writer that keeps it busy on a thread of its own: orders are
 * placed, shipped and cancelled.
 */
final class Webshop implements Runnable {

    private static final long SEED = 20_260_102;
    private static final int CUSTOMERS = 1_000;
    private static final int PRODUCTS = 300;
    private static final String NUMBERS = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ";

    private static final String[] TABLES = {
        """
        CREATE TABLE customers (
            id bigint unsigned AUTO_INCREMENT PRIMARY KEY,
            email varchar(200) NOT NULL,
            joined_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
        )""",
        """
        CREATE TABLE products (
            id int unsigned PRIMARY KEY,
            sku varchar(20) NOT NULL UNIQUE,
            title varchar(100) NOT NULL,
            price decimal(10,2) NOT NULL,
            attributes json
        )""",
        """
        CREATE TABLE orders (
            id bigint unsigned AUTO_INCREMENT PRIMARY KEY,
            customer_id bigint unsigned NOT NULL,
            status enum('new', 'paid', 'shipped') NOT NULL DEFAULT 'new',
            ordered_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
        )""",
        "INSERT INTO customers (email) " + NUMBERS + CUSTOMERS + ") SELECT CONCAT('web', i, '@example.org') FROM n",
        "INSERT INTO products " + NUMBERS + PRODUCTS + ") SELECT i, CONCAT('W-', i), CONCAT('Product ', i), i / 4,"
                + " JSON_OBJECT('weight', i) FROM n",
        "INSERT INTO orders (customer_id, ordered_at) " + NUMBERS + "900) SELECT i,"
                + " TIMESTAMPADD(MINUTE, i, '2026-01-01') FROM n"
    };

    private final MySqlDatabase source;
    private final Duration day;
    private final Random random = new Random(SEED);
    private volatile Exception failure;

    Webshop(MySqlDatabase source, Duration day) {
        this.source = source;
        this.day = day;
    }

    /** Creates the tables and fills them. */
    void open() {
        source.execute(TABLES);
    }

    /** Fails with the writer's failure if it has one. */
    void requireHealthy() {
        if (failure != null) {
            throw new IllegalStateException("The workload of the web shop failed: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void run() {
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            long end = System.nanoTime() + day.toNanos();
            while (System.nanoTime() < end) {
                transaction(statement);
                connection.commit();
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    private void transaction(Statement statement) throws SQLException {
        int order = 1 + random.nextInt(2_000);
        switch (random.nextInt(6)) {
            case 0 -> statement.execute("DELETE FROM orders WHERE id = " + order);
            case 1 ->
                statement.execute(
                        "UPDATE orders SET status = 'shipped' WHERE id BETWEEN " + order + " AND " + (order + 20));
            case 2 ->
                statement.execute("UPDATE products SET price = price + 0.01, attributes = JSON_SET(attributes,"
                        + " '$.seen', true) WHERE id = " + (1 + random.nextInt(PRODUCTS)));
            default ->
                statement.execute("INSERT INTO orders (customer_id) VALUES (" + (1 + random.nextInt(CUSTOMERS)) + ")");
        }
    }
}
