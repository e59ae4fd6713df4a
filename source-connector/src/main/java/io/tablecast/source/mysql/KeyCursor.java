// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.InvalidOffset;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Walks over a table in the order of its key. A place is the key of a row, as the server returned it. Immutable. */
final class KeyCursor {

    private final TableLayout layout;
    private final KeyOrder order;
    private final String condition;

    /** @param condition which rows there are besides, empty for all */
    KeyCursor(TableLayout layout, Charsets charsets, String condition) {
        this.layout = layout;
        this.order = new KeyOrder(layout, charsets, layout.key());
        this.condition = condition;
    }

    /** The query for so many rows behind a place; the empty place is before all rows. */
    String query(String place, int rows) {
        return "SELECT " + layout.selectList() + " FROM " + layout.quotedName() + where(place) + " ORDER BY "
                + order.text() + " LIMIT " + rows;
    }

    // A line of its own, because a user's condition may end in a comment.
    private String where(String place) {
        String own = condition.isEmpty() ? "" : "(" + condition + "\n)";
        if (place.isEmpty()) {
            return own.isEmpty() ? "" : " WHERE " + own;
        }
        return " WHERE " + (own.isEmpty() ? "" : own + " AND ") + behind(place).text();
    }

    /** Sets the query's parameters. */
    void bind(PreparedStatement query, String place) throws SQLException {
        if (!place.isEmpty()) {
            behind(place).bind(query);
        }
    }

    /** What tells the place of the current row. */
    List<byte[]> key(ResultSet row) throws SQLException {
        return order.values(row);
    }

    /** The place of a row. */
    static String place(List<byte[]> key) {
        return KeyForm.text(KeyOrder.place(key));
    }

    private Clause behind(String place) {
        return KeyForm.read(place)
                .filter(key -> key.size() == order.size())
                .map(order::behind)
                .orElseThrow(() -> new InvalidOffset("The offset holds the key " + place + ", which the key columns "
                        + layout.key() + " do not fit. Delete the offset, so that the table is copied again."));
    }
}
