// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import java.util.Locale;

/** The tables of the shop, each replicated by one of the connectors. */
enum ShopTable {
    CUSTOMERS("queue"),
    PRODUCTS("queue"),
    ORDERS("queue"),
    ORDER_LINES("queue"),
    PRICES("snapshot"),
    SALES_PER_DAY("snapshot");

    private final String mode;

    ShopTable(String mode) {
        this.mode = mode;
    }

    /** The source mode that copies it. */
    String mode() {
        return mode;
    }

    /** Its name at both sides, as in SQL. */
    String qualifiedName() {
        return "shop." + name().toLowerCase(Locale.ROOT);
    }
}
