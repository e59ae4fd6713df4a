// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import java.util.Locale;

/** The tables of the web shop, which MariaDB or MySQL holds, with queries that both sides answer alike. */
enum WebshopTable {
    CUSTOMERS(
            "SELECT id, email, UNIX_TIMESTAMP(joined_at) FROM customers ORDER BY id",
            "SELECT id, email, extract(epoch FROM joined_at) FROM webshop.customers ORDER BY id"),
    PRODUCTS(
            "SELECT sku, title, price FROM products ORDER BY id",
            "SELECT sku, title, price FROM webshop.products ORDER BY id"),
    ORDERS(
            "SELECT id, customer_id, status, DATE_FORMAT(ordered_at, '%Y-%m-%d %H:%i:%s.%f') FROM orders ORDER BY id",
            """
            SELECT id, customer_id, status, to_char(ordered_at, 'YYYY-MM-DD HH24:MI:SS.US')
            FROM webshop.orders ORDER BY id""");

    private final String atSource;
    private final String atDestination;

    WebshopTable(String atSource, String atDestination) {
        this.atSource = atSource;
        this.atDestination = atDestination;
    }

    /** Its name at both sides. */
    String qualifiedName() {
        return "webshop." + name().toLowerCase(Locale.ROOT);
    }

    /** All rows, as MariaDB and MySQL write them. */
    String rowsAtSource() {
        return atSource;
    }

    /** All rows, as PostgreSQL writes them the same. */
    String rowsAtDestination() {
        return atDestination;
    }
}
