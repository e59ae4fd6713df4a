// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.source.incremental.RangeCopy;
import io.tablecast.source.incremental.UpperBound;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The queries by which a table is read along its control column. Immutable. */
final class ControlQuery {

    private final TableLayout layout;
    private final MySqlControl control;
    private final Clause own;

    /** By the control column first. */
    private final KeyOrder order;

    /** @param condition which rows there are, empty for all */
    ControlQuery(TableLayout layout, Charsets charsets, MySqlControl control, String condition) {
        this.layout = layout;
        this.control = control;
        this.own = Clause.ofUser(condition);
        List<String> names = new ArrayList<>();
        names.add(control.column().name());
        layout.key().stream().filter(name -> !names.contains(name)).forEach(names::add);
        this.order = new KeyOrder(layout, charsets, names);
    }

    /** The rows behind a position and within a bound. */
    Clause next(ControlPosition position, UpperBound bound) {
        return own.and(behind(position)).and(within(bound));
    }

    /** Those of the rows whose control value is not greater than one. */
    Clause upTo(Clause rows, String value) {
        return rows.and(Clause.of(control.quoted() + " <= ?", control.value(value)));
    }

    /** The rows in their order. */
    String page(Clause rows) {
        return "SELECT " + layout.selectList() + " FROM " + layout.quotedName() + " WHERE " + rows.text() + " ORDER BY "
                + order.text();
    }

    /** The control value of the last row of a page. */
    String lastControl(Clause rows, int pageRows) {
        return "SELECT " + control.quoted() + " FROM " + layout.quotedName() + " WHERE " + rows.text() + " ORDER BY "
                + control.quoted() + " LIMIT 1 OFFSET " + (pageRows - 1);
    }

    /** All rows within a bound, and those that no bound ever reaches. */
    Clause firstCopy(UpperBound bound) {
        return own.and(within(bound).or(unreachable()));
    }

    /** The rows of a range. */
    Clause range(RangeCopy range) {
        Clause lower = range.from().isEmpty()
                ? Clause.of("TRUE")
                : Clause.of(control.quoted() + " >= ?", control.value(range.from()));
        return own.and(lower).and(within(range.upTo()));
    }

    /** The rows that have no control value. */
    Clause ownUnreachable() {
        return own.and(unreachable());
    }

    /** The control value of the current row. */
    String control(ResultSet row) throws SQLException {
        return control.text(row.getBytes(layout.placeInQuery(control.column().name())));
    }

    /** What of the current row's place stands behind its control value. */
    List<String> key(ResultSet row) throws SQLException {
        return KeyOrder.place(order.values(row)).subList(1, order.size());
    }

    private Clause behind(ControlPosition position) {
        return switch (position.kind()) {
            case BEGINNING -> Clause.of("TRUE");
            case FROM -> Clause.of(control.quoted() + " >= ?", control.value(position.control()));
            case AFTER -> Clause.of(control.quoted() + " > ?", control.value(position.control()));
            case AFTER_ROW -> behindRow(position);
        };
    }

    private Clause behindRow(ControlPosition position) {
        if (position.key().size() != order.size() - 1) {
            throw unreadable(position, null);
        }
        try {
            List<Clause.Value> values = new ArrayList<>();
            values.add(control.value(position.control()));
            for (int i = 1; i < order.size(); i++) {
                values.add(order.value(i, position.key().get(i - 1)));
            }
            return order.behindValues(values);
        } catch (IllegalArgumentException notOurs) {
            throw unreadable(position, notOurs);
        }
    }

    private Clause within(UpperBound bound) {
        return switch (bound.reach()) {
            case NOTHING -> Clause.of("FALSE");
            case BELOW -> Clause.of(control.quoted() + " < ?", control.value(bound.value()));
            case UP_TO -> Clause.of(control.quoted() + " <= ?", control.value(bound.value()));
        };
    }

    private Clause unreachable() {
        return Clause.of(control.quoted() + " IS NULL");
    }

    private InvalidOffset unreadable(ControlPosition position, Exception cause) {
        return new InvalidOffset(
                "The offset holds the key " + position.key() + ", which the key columns " + layout.key()
                        + " do not fit. Delete the offset, so that the table is copied again.",
                cause);
    }
}
