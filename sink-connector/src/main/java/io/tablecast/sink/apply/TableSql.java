// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.table.Identity;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The statements that move rows from where they were sent to into a table. */
final class TableSql {

    private final DestinationTable table;
    private final Optional<Retirement> retirement;
    private final String target;

    TableSql(DestinationTable table, Optional<Retirement> retirement) {
        this.table = table;
        this.retirement = retirement;
        this.target = Identifiers.quote(table.storage());
    }

    /** Where rows come from: a relation with columns c0, c1, …, and how a column's value is made of one of them. */
    record Rows(String relation, boolean isText) {
        String expression(StagedColumn column, int number) {
            String staged = "s." + Staging.column(number);
            return isText ? column.fromText(staged) : column.fromStaged(staged);
        }
    }

    /** What becomes of the columns that a plan lacks, where a row takes the place of another one. */
    enum Rest {
        /** They keep their values. */
        KEPT,
        /** They are as in a row that is inserted. */
        DEFAULT
    }

    /** Marks rows as deleted whose keys and times come as arrays; those that are marked already keep their mark. */
    String retireSent(KeyColumns key) {
        return retire(key, new Rows(unnest(key.columns().size() + 1), true));
    }

    /** The same for keys and times in a staging table. */
    String retireStaged(KeyColumns key, String staging) {
        return retire(key, new Rows(staging, false));
    }

    /** Marks all rows as deleted at a time that comes as a parameter. */
    String retireAll() {
        String column = retirement.orElseThrow().column().quotedName();
        return "UPDATE " + target + " SET " + column + " = ?::timestamptz WHERE " + column + " IS NULL";
    }

    /** Inserts or updates the rows of a staging table, in the order of their keys. */
    String upsertStaged(RowPlan plan, KeyColumns key, Rest rest, String staging) {
        return upsert(plan, key, rest, new Rows(staging, false));
    }

    /** The same for rows that come as one array of texts for each column. */
    String upsertSent(RowPlan plan, KeyColumns key, Rest rest) {
        return upsert(plan, key, rest, new Rows(unnest(plan.columns().size()), true));
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
        String revival = retirement
                .filter(kept -> !plan.columns().contains(kept.column()))
                .map(kept -> ", " + kept.column().quotedName() + " = NULL")
                .orElse("");
        return "UPDATE " + target + " AS t SET " + updates + revival + " FROM " + rows.relation() + " AS s"
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

    /** The texts of columns of the row whose key comes as arrays. */
    String textsSent(KeyColumns key, List<String> columns) {
        int keys = key.columns().size();
        String texts = columns.stream()
                .map(name -> "t." + Identifiers.quote(name) + "::text")
                .collect(Collectors.joining(", "));
        return "SELECT " + texts + " FROM " + target + " AS t, "
                + byKey(key.columns(), new Rows(unnest(keys), true), keys) + " AS d WHERE " + matches(key);
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

    /** The columns that rows of the plan leave out, and that somebody can write. */
    List<DestinationColumn> rest(RowPlan plan) {
        List<DestinationColumn> written = Stream.concat(
                        plan.columns().stream(), retirement.map(Retirement::column).stream())
                .map(StagedColumn::column)
                .toList();
        return table.columns().stream()
                .filter(column -> !column.isGenerated() && !written.contains(column))
                .toList();
    }

    private String upsert(RowPlan plan, KeyColumns key, Rest rest, Rows rows) {
        List<String> keyNames = key.names();
        Stream<String> values = plan.columns().stream()
                .filter(column -> !keyNames.contains(column.column().name()))
                .filter(column -> column.column().identity() != Identity.ALWAYS)
                .map(column -> column.quotedName() + " = excluded." + column.quotedName());
        Stream<String> defaults = rest == Rest.KEPT
                ? Stream.empty()
                : rest(plan).stream().map(column -> Identifiers.quote(column.name()) + " = DEFAULT");
        String updates = Stream.concat(values, defaults).collect(Collectors.joining(", "));
        String revival = retirement
                .filter(kept -> !plan.columns().contains(kept.column()))
                .map(kept -> (updates.isEmpty() ? "" : ", ") + kept.column().quotedName() + " = NULL")
                .orElse("");
        String conflict = key.columns().stream().map(StagedColumn::quotedName).collect(Collectors.joining(", "));
        return insert(plan, rows)
                + " ORDER BY " + keyOrder(plan, key, rows)
                + " ON CONFLICT (" + conflict + ") "
                + (updates.isEmpty() && revival.isEmpty() ? "DO NOTHING" : "DO UPDATE SET " + updates + revival);
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
        return "DELETE FROM " + target + " AS t USING "
                + byKey(key.columns(), rows, key.columns().size()) + " AS d WHERE " + matches(key);
    }

    private String retire(KeyColumns key, Rows rows) {
        StagedColumn mark = retirement.orElseThrow().column();
        List<StagedColumn> columns = new ArrayList<>(key.columns());
        columns.add(mark);
        int time = key.columns().size();
        return "UPDATE " + target + " AS t SET " + mark.quotedName() + " = d." + Staging.column(time)
                + " FROM " + byKey(columns, rows, time) + " AS d WHERE " + matches(key) + " AND t." + mark.quotedName()
                + " IS NULL";
    }

    /** The rows as a relation in the order of their first columns, so that tasks lock rows in one order. */
    static String byKey(List<StagedColumn> columns, Rows rows, int keys) {
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> rows.expression(columns.get(i), i) + " AS " + Staging.column(i))
                .collect(Collectors.joining(", "));
        String order =
                IntStream.rangeClosed(1, keys).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return "(SELECT " + values + " FROM " + rows.relation() + " AS s" + aliases(rows, columns.size()) + " ORDER BY "
                + order + ")";
    }

    /** That a row is the one whose key stands in {@link #byKey}. */
    static String matches(KeyColumns key) {
        return IntStream.range(0, key.columns().size())
                .mapToObj(i -> "t." + key.columns().get(i).quotedName() + " = d." + Staging.column(i))
                .collect(Collectors.joining(" AND "));
    }

    private static String aliases(Rows rows, int columns) {
        return rows.isText()
                ? IntStream.range(0, columns).mapToObj(Staging::column).collect(Collectors.joining(", ", " (", ")"))
                : "";
    }

    static String unnest(int columns) {
        return IntStream.range(0, columns).mapToObj(i -> "?::text[]").collect(Collectors.joining(", ", "unnest(", ")"));
    }

    /** Whether ON CONFLICT can find rows by this key. */
    boolean canDecideConflicts(KeyColumns key) {
        return table.conflictIndex(key.names()).isPresent();
    }
}
