// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.cli.compare.SideQuery.KeyColumn;
import io.tablecast.cli.pipeline.PostgresSource;
import io.tablecast.cli.pipeline.Route;
import io.tablecast.contract.record.Operation;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.DeleteMode;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.source.config.Mode;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what is to be compared of one table, from its connectors' settings and both catalogs. */
public final class ComparisonPlanner {
    private static final String ALIAS = "destination";

    private final Route route;
    private final PostgresSource source;
    private final Patience patience;
    private final Optional<String> from;
    private final Optional<String> to;
    private final List<String> remarks = new ArrayList<>();

    /**
     * A planner for one table.
     *
     * @param from the first control value that is compared, of mode {@code incremental}
     * @param to the control value before which comparing ends
     */
    public ComparisonPlanner(
            Route route, PostgresSource source, Patience patience, Optional<String> from, Optional<String> to) {
        this.route = route;
        this.source = source;
        this.patience = patience;
        this.from = from;
        this.to = to;
    }

    /**
     * Opens both sides; the caller closes the comparison.
     *
     * @throws SQLException also when a table is not there; the message says which
     */
    public TableComparison open() throws SQLException {
        Connection atSource = source.connections().open();
        try {
            Connection atDestination = route.sink().connections().open();
            try {
                return plan(atSource, atDestination);
            } catch (SQLException | RuntimeException e) {
                atDestination.close();
                throw e;
            }
        } catch (SQLException | RuntimeException e) {
            atSource.close();
            throw e;
        }
    }

    private TableComparison plan(Connection atSource, Connection atDestination) throws SQLException {
        TableId id = route.table().id();
        SourceTable table = new SourceCatalog(atSource, source.settings().records())
                .table(id, source.settings().of(id))
                .orElseThrow(() -> new SQLException("There is no table " + id + " at the source."));
        Map<String, String> types = columnTypes(atDestination, route.destination());
        if (types.isEmpty()) {
            throw new SQLException("There is no table " + route.destination() + " at the destination of "
                    + route.sink().connector().name() + " yet.");
        }
        List<Column> columns = compared(table, types);
        if (columns.isEmpty()) {
            throw new SQLException("None of its columns is in " + route.destination() + " at the destination of "
                    + route.sink().connector().name() + ". Look at its identifier.case, and at who made the table.");
        }
        TextHash hash = TextHash.between(atSource, atDestination);
        boolean isHistory = isAppended();
        List<Column> key = isHistory ? List.of() : keyColumns(table, columns);
        Optional<ControlRange> range = controlRange(atSource, table);
        SideQuery ofSource = new SideQuery(
                hash,
                table.quotedName() + " AS " + Identifiers.quote(id.name()),
                withRange(
                        List.of(table.condition()),
                        range,
                        Identifiers.quote(id.name()) + "." + Identifiers.quote(controlColumn())),
                range.map(ControlRange::values).orElse(List.of()),
                columns.stream()
                        .map(column -> sourceExpression(id, column, types))
                        .toList(),
                key.stream()
                        .map(column -> new KeyColumn(
                                column.name(),
                                Identifiers.quote(id.name()) + "." + Identifiers.quote(column.name()),
                                sourceExpression(id, column, types),
                                column.type()))
                        .toList());
        SideQuery ofDestination = new SideQuery(
                hash,
                Identifiers.quote(route.destination()) + " AS " + ALIAS,
                withRange(destinationConditions(), range, ALIAS + "." + Identifiers.quote(renamed(controlColumn()))),
                range.map(ControlRange::values).orElse(List.of()),
                columns.stream()
                        .map(column -> ALIAS + "." + Identifiers.quote(renamed(column.name())))
                        .toList(),
                key.stream()
                        .map(column -> new KeyColumn(
                                column.name(),
                                ALIAS + "." + Identifiers.quote(renamed(column.name())),
                                types.get(renamed(column.name()))))
                        .toList());
        boolean isNumbered = !key.isEmpty()
                && ofSource.key().get(0).isWholeNumber()
                && ofDestination.key().get(0).isWholeNumber();
        return new TableComparison(
                new BothSides(new PostgresSide(atSource, ofSource), new PostgresSide(atDestination, ofDestination)),
                allowance(isHistory),
                isNumbered,
                remarks,
                patience);
    }

    private TableSettings destinationSettings() {
        return route.sink().settings().of(route.destination());
    }

    private boolean isAppended() {
        return destinationSettings().applyMode() == ApplyMode.APPEND;
    }

    private Allowance allowance(boolean isHistory) {
        boolean keepsDeleted = destinationSettings().deleteMode() == DeleteMode.IGNORE
                || source.settings().of(route.table().id()).skips(Operation.DELETE)
                || isIncremental();
        return isHistory || keepsDeleted ? Allowance.FURTHER_ROWS : Allowance.NONE;
    }

    private boolean isIncremental() {
        return source.settings().of(route.table().id()).mode() == Mode.INCREMENTAL;
    }

    /** What the sink calls a column. */
    private String renamed(String column) {
        return route.sink().settings().naming().identifierCase().column(column);
    }

    private List<Column> compared(SourceTable table, Map<String, String> types) {
        List<Column> compared = new ArrayList<>();
        for (Column column : table.structure().columns()) {
            if (types.containsKey(renamed(column.name()))) {
                compared.add(column);
            } else {
                remarks.add("the destination has no column " + renamed(column.name()));
            }
        }
        return compared;
    }

    /** All of the key, or nothing: rows are compared as a whole then. */
    private static List<Column> keyColumns(SourceTable table, List<Column> compared) {
        List<Column> key = new ArrayList<>();
        for (String name : table.key().columns()) {
            compared.stream().filter(column -> column.name().equals(name)).forEach(key::add);
        }
        return key.size() == table.key().columns().size() ? key : List.of();
    }

    /** Where the destination has another type, the value as that type writes it. */
    private String sourceExpression(TableId id, Column column, Map<String, String> types) {
        String expression = Identifiers.quote(id.name()) + "." + Identifiers.quote(column.name());
        String destination = types.get(renamed(column.name()));
        boolean isBuiltIn =
                destination.matches("[a-z0-9 (),]+") && !column.type().contains(".");
        return destination.equals(column.type()) || !isBuiltIn ? expression : expression + "::" + destination;
    }

    private List<String> destinationConditions() {
        return destinationSettings()
                .softDelete()
                .map(soft -> List.of(ALIAS + "." + Identifiers.quote(soft.column()) + " IS NULL"))
                .orElse(List.of());
    }

    private static List<String> withRange(List<String> conditions, Optional<ControlRange> range, String column) {
        List<String> all = new ArrayList<>(conditions);
        range.ifPresent(values -> all.addAll(values.conditions(column)));
        return all;
    }

    private String controlColumn() {
        return String.valueOf(route.table().offset().getOrDefault("control.column", ""));
    }

    /**
     * What the source has read so far, from the oldest row that it still has on: it may have been emptied of older ones,
     * which the destination keeps.
     */
    private Optional<ControlRange> controlRange(Connection atSource, SourceTable table) throws SQLException {
        if (!isIncremental() || controlColumn().isEmpty()) {
            return Optional.empty();
        }
        String type = table.structure().columns().stream()
                .filter(column -> column.name().equals(controlColumn()))
                .map(Column::type)
                .findFirst()
                .orElse("text");
        Object last = route.table().offset().get("control.after");
        Optional<String> oldest = from.isPresent() ? from : oldest(atSource, table);
        if (last != null && to.isEmpty()) {
            remarks.add("rows are compared up to " + controlColumn() + " " + last + ", which the source has read");
        }
        return Optional.of(
                new ControlRange(type, oldest, to, Optional.ofNullable(last).map(String::valueOf)));
    }

    private Optional<String> oldest(Connection atSource, SourceTable table) throws SQLException {
        String name = Identifiers.quote(table.id().name());
        String sql = "SELECT min(" + name + "." + Identifiers.quote(controlColumn()) + ")::text FROM "
                + table.quotedName() + " AS " + name + " WHERE " + table.condition();
        try (PreparedStatement statement = atSource.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return Optional.ofNullable(row.getString(1));
        }
    }

    private static Map<String, String> columnTypes(Connection connection, TableId table) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT attname, pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute
                WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped""")) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return types;
    }
}
