// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A day in the shop: a writer that places, ships and cancels orders, changes customers, products and keys, and at fixed
 * points of the day empties a table and adds a column. Runs on a thread of its own until the day is over.
 */
final class ShopWorkload implements Runnable {

    private static final long SEED = 20_260_101;

    private final Database source;
    private final Duration day;
    private final Random random = new Random(SEED);
    private final AtomicLong transactions = new AtomicLong();
    private volatile String lastEvent = "the shop opens";
    private volatile Exception failure;
    private long orders = Shop.ORDERS;
    private boolean hasLoyaltyPoints;
    private boolean isEmptied;

    ShopWorkload(Database source, Duration day) {
        this.source = source;
        this.day = day;
    }

    /** Transactions committed so far. */
    long transactions() {
        return transactions.get();
    }

    /** The last thing worth telling. */
    String lastEvent() {
        return lastEvent;
    }

    /** Fails with the writer's failure if it has one. */
    void requireHealthy() {
        if (failure != null) {
            throw new IllegalStateException("The workload at the source failed: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void run() {
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            long start = System.nanoTime();
            for (double share = 0; share < 1; share = (System.nanoTime() - start) / (double) day.toNanos()) {
                transaction(statement, share);
                connection.commit();
                transactions.incrementAndGet();
            }
            lastEvent = "the shop closes";
        } catch (SQLException e) {
            failure = e;
        }
    }

    private void transaction(Statement statement, double shareOfDay) throws SQLException {
        if (!isEmptied && shareOfDay > 0.4) {
            statement.execute("TRUNCATE shop.order_lines");
            isEmptied = true;
            lastEvent = "TRUNCATE shop.order_lines";
            return;
        }
        if (!hasLoyaltyPoints && shareOfDay > 0.6) {
            statement.execute("ALTER TABLE shop.customers ADD COLUMN loyalty_points integer NOT NULL DEFAULT 10");
            hasLoyaltyPoints = true;
            lastEvent = "ALTER TABLE shop.customers ADD COLUMN loyalty_points";
            return;
        }
        switch (random.nextInt(10)) {
            case 0 -> changeCustomer(statement);
            case 1 -> changeProduct(statement);
            case 2 -> cancelOrder(statement);
            case 3, 4, 5 -> shipOrders(statement);
            default -> placeOrder(statement);
        }
        if (transactions.get() % 2000 == 1999) {
            statement.execute("DELETE FROM shop.prices");
            statement.execute("INSERT INTO shop.prices SELECT sku, price, current_date FROM shop.products");
        }
    }

    private void placeOrder(Statement statement) throws SQLException {
        orders++;
        statement.execute("INSERT INTO shop.orders (id, customer_id, note) VALUES (" + orders + ", " + customer() + ", "
                + (random.nextBoolean() ? "NULL" : "'leave at the door'") + ")");
        statement.execute("INSERT INTO shop.order_lines SELECT " + orders + ", line, 'P-" + product()
                + "', line, line * 9.99 FROM generate_series(1, " + (1 + random.nextInt(4)) + ") AS line");
    }

    private void shipOrders(Statement statement) throws SQLException {
        statement.execute("UPDATE shop.orders SET status = CASE status WHEN 'new' THEN 'paid'::shop.order_status"
                + " ELSE 'shipped' END WHERE id BETWEEN " + order() + " - 5 AND " + orders + " - 5 AND id % 97 = 0");
    }

    private void cancelOrder(Statement statement) throws SQLException {
        long order = order();
        statement.execute("DELETE FROM shop.order_lines WHERE order_id = " + order);
        statement.execute("DELETE FROM shop.orders WHERE id = " + order);
    }

    private void changeCustomer(Statement statement) throws SQLException {
        if (random.nextInt(20) == 0) {
            statement.execute("INSERT INTO shop.customers (email, name) VALUES ('new" + random.nextLong()
                    + "@example.org', 'New customer')");
            return;
        }
        statement.execute("UPDATE shop.customers SET newsletter = NOT newsletter"
                + (hasLoyaltyPoints ? ", loyalty_points = loyalty_points + 1" : "") + " WHERE id = " + customer());
    }

    private void changeProduct(Statement statement) throws SQLException {
        int product = product();
        if (random.nextInt(20) == 0) {
            // A change of key: the old one must go, the new one must come.
            statement.execute("UPDATE shop.products SET sku = sku || '-' || length(sku) WHERE sku LIKE 'P-" + product
                    + "%' AND length(sku) < 20");
            return;
        }
        statement.execute("UPDATE shop.products SET price = price + 0.01, attributes = attributes || '{\"seen\": true}'"
                + " WHERE sku LIKE 'P-" + product + "%'");
    }

    private int customer() {
        return 1 + random.nextInt(Shop.CUSTOMERS);
    }

    private int product() {
        return 1 + random.nextInt(Shop.PRODUCTS);
    }

    private long order() {
        return 1 + random.nextLong(orders);
    }
}
