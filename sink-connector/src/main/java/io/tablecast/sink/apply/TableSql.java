// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.table.Identity;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.DestinationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The statements that move rows from where they were sent to into a table. */
final class TableSql {

    private final DestinationTable table;
    private final String target;

    TableSql(DestinationTable table) {
        this.table = table;
        this.target = Identifiers.quote(table.storage());
    }

    /** Where rows come from: a relation with columns c0, c1, …, and how a column's value is made of one of them. */
    private record Rows(String relation, boolean isText) {
        String expression(StagedColumn column, int number) {
            String staged = "s." + Staging.column(number);
            return isText ? column.fromText(staged) : column.fromStaged(staged);
        }
    }

    /** Inserts or updates the rows of a staging table, in the order of their keys. */
    String upsertStaged(RowPlan plan, KeyColumns key, String staging) {
        return upsert(plan, key, new Rows(staging, false));
    }

    /** The same for rows that come as one array of texts for each column. */
    String upsertSent(RowPlan plan, KeyColumns key) {
        return upsert(plan, key, new Rows(unnest(plan.columns().size()), true));
    }

    /** Sets the plan's columns of rows that are there, for rows that come as one array of texts for each column. */
    String updateSent(RowPlan plan, KeyColumns key) {
        List<StagedColumn> columns = plan.columns();
        Rows rows = new Rows(unnest(columns.size()), true);
        List<String> names =
                columns.stream().map(column -> column.column().name()).toList();
        String updates = IntStream.range(0, columns.size())
                .filter(i -> !key.names().contains(names.get(i)))
                .filter(i -> columns.get(i).column().identity() != Identity.ALWAYS)
                .mapToObj(i -> columns.get(i).quotedName() + " = " + rows.expression(columns.get(i), i))
                .collect(Collectors.joining(", "));
        String matches = key.names().stream()
                .map(name -> "t." + Identifiers.quote(name) + " = "
                        + rows.expression(columns.get(names.indexOf(name)), names.indexOf(name)))
                .collect(Collectors.joining(" AND "));
        return "UPDATE " + target + " AS t SET " + updates + " FROM " + rows.relation() + " AS s"
                + aliases(rows, columns.size()) + " WHERE " + matches;
    }

    String insertStaged(RowPlan plan, String staging) {
        return insert(plan, new Rows(staging, false));
    }

    String insertSent(RowPlan plan) {
        return insert(plan, new Rows(unnest(plan.columns().size()), true));
    }

    /** Deletes the rows whose keys stand in a staging table, in the order of their keys. */
    String deleteStaged(KeyColumns key, String staging) {
        return delete(key, new Rows(staging, false));
    }

    String deleteSent(KeyColumns key) {
        return delete(key, new Rows(unnest(key.columns().size()), true));
    }

    String truncate() {
        return "TRUNCATE TABLE " + target;
    }

    String deleteAll() {
        return "DELETE FROM " + target;
    }

    /** The table's name in SQL. */
    String target() {
        return target;
    }

    private String upsert(RowPlan plan, KeyColumns key, Rows rows) {
        List<String> keyNames = key.names();
        String updates = plan.columns().stream()
                .filter(column -> !keyNames.contains(column.column().name()))
                .filter(column -> column.column().identity() != Identity.ALWAYS)
                .map(column -> column.quotedName() + " = excluded." + column.quotedName())
                .collect(Collectors.joining(", "));
        String conflict = key.columns().stream().map(StagedColumn::quotedName).collect(Collectors.joining(", "));
        return insert(plan, rows)
                + " ORDER BY " + keyOrder(plan, key, rows)
                + " ON CONFLICT (" + conflict + ") "
                + (updates.isEmpty() ? "DO NOTHING" : "DO UPDATE SET " + updates);
    }

    private static String keyOrder(RowPlan plan, KeyColumns key, Rows rows) {
        List<String> names =
                plan.columns().stream().map(column -> column.column().name()).toList();
        List<String> order = new ArrayList<>();
        for (String name : key.names()) {
            int place = names.indexOf(name);
            order.add(rows.expression(plan.columns().get(place), place));
        }
        return String.join(", ", order);
    }

    private String insert(RowPlan plan, Rows rows) {
        List<StagedColumn> columns = plan.columns();
        String names = columns.stream().map(StagedColumn::quotedName).collect(Collectors.joining(", "));
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> rows.expression(columns.get(i), i))
                .collect(Collectors.joining(", "));
        boolean hasIdentity =
                columns.stream().anyMatch(column -> column.column().identity() == Identity.ALWAYS);
        return "INSERT INTO " + target + " (" + names + ")"
                + (hasIdentity ? " OVERRIDING SYSTEM VALUE" : "")
                + " SELECT " + values + " FROM " + rows.relation() + " AS s" + aliases(rows, columns.size());
    }

    private String delete(KeyColumns key, Rows rows) {
        List<StagedColumn> columns = key.columns();
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> rows.expression(columns.get(i), i) + " AS " + Staging.column(i))
                .collect(Collectors.joining(", "));
        String order = IntStream.rangeClosed(1, columns.size())
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
        String matches = IntStream.range(0, columns.size())
                .mapToObj(i -> "t." + columns.get(i).quotedName() + " = d." + Staging.column(i))
                .collect(Collectors.joining(" AND "));
        return "DELETE FROM " + target + " AS t USING (SELECT " + values + " FROM " + rows.relation() + " AS s"
                + aliases(rows, columns.size()) + " ORDER BY " + order + ") AS d WHERE " + matches;
    }

    private static String aliases(Rows rows, int columns) {
        return rows.isText()
                ? IntStream.range(0, columns).mapToObj(Staging::column).collect(Collectors.joining(", ", " (", ")"))
                : "";
    }

    private static String unnest(int columns) {
        return IntStream.range(0, columns).mapToObj(i -> "?::text[]").collect(Collectors.joining(", ", "unnest(", ")"));
    }

    /** Whether ON CONFLICT can find rows by this key. */
    boolean canDecideConflicts(KeyColumns key) {
        return table.conflictIndex(key.names()).isPresent();
    }
}
