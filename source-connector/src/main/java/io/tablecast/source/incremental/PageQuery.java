// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.table.Column;
import io.tablecast.source.postgres.CopyQuery;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.postgres.Literals;
import io.tablecast.source.postgres.SourceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The queries by which a table is read along its control column. */
final class PageQuery {

    private final SourceTable table;
    private final ControlColumn control;
    private final List<String> key;
    private final boolean mayKeyBeNull;

    PageQuery(SourceTable table, ControlColumn control) {
        this.table = requireNonNull(table, "table is null");
        this.control = requireNonNull(control, "control is null");
        this.key = table.key().columns().stream()
                .map(name -> ControlColumn.column(table, name))
                .toList();
        this.mayKeyBeNull = table.key().columns().stream()
                .anyMatch(name ->
                        table.structure().column(name).map(Column::nullable).orElse(false));
    }

    /**
     * The next rows in order, and behind the table's columns the texts of the control column and of the key. Without a
     * key, rows of equal control values are never torn apart.
     */
    String page(ControlPosition position, UpperBound bound, int rows) {
        List<String> order = new ArrayList<>();
        order.add(control.quoted());
        order.addAll(key);
        String texts = order.stream().map(column -> ", " + column + "::text").collect(Collectors.joining());
        return "SELECT " + table.selectList(alias()) + texts + from() + " WHERE " + table.condition() + " AND "
                + after(position) + " AND " + bound.condition(control) + " ORDER BY " + String.join(", ", order)
                + " FETCH FIRST " + rows + (key.isEmpty() ? " ROWS WITH TIES" : " ROWS ONLY");
    }

    /** All rows within a bound, and those that no bound ever reaches. */
    CopyQuery firstCopy(UpperBound bound) {
        return copy(bound.condition(control) + " OR " + unreachable());
    }

    /** The rows of a range. */
    CopyQuery range(String from, String upperCondition) {
        String lower = from.isEmpty() ? "true" : control.quoted() + " >= " + control.literal(from);
        return copy(lower + " AND " + upperCondition);
    }

    private CopyQuery copy(String condition) {
        CopyQuery whole = table.copyQuery();
        return new CopyQuery(whole.select(), whole.condition() + " AND (" + condition + ")", whole.alias());
    }

    /** How many rows have a control value that reading never reaches: NULL, or infinity. */
    String countUnreachable() {
        return "SELECT count(*)" + from() + " WHERE " + table.condition() + " AND " + unreachable();
    }

    /** What follows the select list; the table goes by its own name. */
    String from() {
        return " FROM " + table.quotedName() + " AS " + alias();
    }

    /** The condition that a row meets when a position is beyond it. */
    String upTo(ControlPosition position) {
        String value = control.literal(position.control());
        return switch (position.kind()) {
            case BEGINNING -> "false";
            case FROM -> control.quoted() + " < " + value;
            case AFTER -> control.quoted() + " <= " + value;
            case AFTER_ROW -> pair() + " <= " + pair(position);
        };
    }

    private String after(ControlPosition position) {
        String value = control.literal(position.control());
        return switch (position.kind()) {
            case BEGINNING -> "true";
            case FROM -> control.quoted() + " >= " + value;
            case AFTER -> control.quoted() + " > " + value;
            case AFTER_ROW ->
                // Rows with a NULL in the key are let through, so that they are noticed.
                mayKeyBeNull
                        ? control.quoted() + " >= " + value + " AND (" + pair() + " > " + pair(position)
                                + ") IS NOT FALSE"
                        : pair() + " > " + pair(position);
        };
    }

    private String pair() {
        return "(" + control.quoted() + ", " + String.join(", ", key) + ")";
    }

    private String pair(ControlPosition position) {
        return "(" + control.literal(position.control()) + ", "
                + position.key().stream().map(Literals::quote).collect(Collectors.joining(", ")) + ")";
    }

    private String unreachable() {
        return switch (control.type()) {
            case INTEGER -> control.quoted() + " IS NULL";
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                "(" + control.quoted() + " IS NULL OR " + control.quoted() + " = 'infinity')";
        };
    }

    /** The name by which the queries know the table. */
    String alias() {
        return Identifiers.quote(table.id().name());
    }
}
