// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.HistoryTable;
import io.tablecast.sink.structure.SoftDelete;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.UniqueIndex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;

/**
 * Writes every deleted state of a table's rows to its {@link HistoryTable}, before changes are reduced to the last state of
 * each row. The values come from the delete itself, from an earlier change of the same flush, or from the table. Holds
 * as long as the table's columns stay the same. Not thread-safe.
 */
final class DeletedRows {

    private final Connection connection;
    private final TablePlans plans;
    private final SoftDelete softDelete;
    private final Duration lockTimeout;
    private Optional<TablePlans> history = Optional.empty();

    DeletedRows(Connection connection, TablePlans plans, SoftDelete softDelete, Duration lockTimeout) {
        this.connection = connection;
        this.plans = plans;
        this.softDelete = softDelete;
        this.lockTimeout = lockTimeout;
    }

    /** How deleted states whose values come from records are written. */
    enum Care {
        /** All at once, any refusal fails the transaction. */
        NONE,
        /** One by one; what is refused is left out, because its row is refused as well. */
        FITTING_ONLY
    }

    /** Writes what these changes delete, before they are applied. */
    void write(List<Change.OfRow> changes, Care care) throws SQLException {
        Map<Object, Change.OfRow> last = new HashMap<>();
        List<Change.Retired> known = new ArrayList<>();
        Map<KeyColumns, List<Change.Gone>> unknown = new LinkedHashMap<>();
        for (Change.OfRow change : changes) {
            if (plans.key(change).filter(key -> !key.isWhole(change)).isPresent()) {
                // It is refused.
                continue;
            }
            Object identity = plans.key(change).map(key -> key.identity(change)).orElseGet(Object::new);
            Change.OfRow before = last.put(identity, change);
            if (change instanceof Change.Retired retired) {
                known.add(retired);
            } else if (change instanceof Change.Gone gone && before instanceof Change.Write write) {
                known.add(new Change.Retired(gone.origin(), write.key(), write.row(), gone.deletion()));
            } else if (change instanceof Change.Gone gone && before == null) {
                unknown.computeIfAbsent(plans.keyOfDelete(gone), key -> new ArrayList<>())
                        .add(gone);
            }
        }
        if (known.isEmpty() && unknown.isEmpty()) {
            return;
        }
        for (Map.Entry<KeyColumns, List<Change.Gone>> entry : unknown.entrySet()) {
            takeFromTable(entry.getKey(), entry.getValue());
        }
        insert(known, care);
    }

    /** Writes all rows that are there, before a truncate marks them. */
    void writeAll(Change.Truncate truncate) throws SQLException {
        List<String> key = plans.table().uniqueIndexes().stream()
                .filter(UniqueIndex::isWhole)
                .findFirst()
                .map(UniqueIndex::columns)
                .orElse(List.of());
        String sql = "INSERT INTO " + history(key).sql().target() + " (" + tableColumns("") + ", " + markName() + ", "
                + HistoryTable.POSITION + ") SELECT " + tableColumns("t.") + ", ?::timestamptz, ? FROM "
                + plans.sql().target() + " AS t WHERE t." + markName() + " IS NULL ON CONFLICT DO NOTHING";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, truncate.deletion().timeText());
            statement.setString(2, truncate.deletion().position(truncate.origin()));
            statement.executeUpdate();
        }
    }

    private void takeFromTable(KeyColumns key, List<Change.Gone> deletes) throws SQLException {
        TablePlans target = history(key.names());
        int keys = key.columns().size();
        List<StagedColumn> columns = new ArrayList<>(key.columns());
        columns.add(plans.retirement().orElseThrow().column());
        columns.add(position(target.table()));
        String rows = TableSql.byKey(columns, new TableSql.Rows(TableSql.unnest(keys + 2), true), keys);
        String sql = "INSERT INTO " + target.sql().target() + " (" + tableColumns("") + ", " + markName() + ", "
                + HistoryTable.POSITION + ") SELECT " + tableColumns("t.") + ", d." + Staging.column(keys) + ", d."
                + Staging.column(keys + 1) + " FROM " + plans.sql().target() + " AS t, " + rows + " AS d WHERE "
                + TableSql.matches(key) + " AND t." + markName() + " IS NULL ON CONFLICT DO NOTHING";
        execute(
                sql,
                keys + 2,
                column -> deletes.stream().map(delete -> {
                    if (column == keys) {
                        return delete.deletion().timeText();
                    }
                    return column > keys
                            ? delete.deletion().position(delete.origin())
                            : RowWriter.keyText(key, delete, column);
                }));
    }

    private void insert(List<Change.Retired> states, Care care) throws SQLException {
        if (care == Care.FITTING_ONLY) {
            for (Change.Retired state : states) {
                insertIfItFits(state);
            }
            return;
        }
        Map<RowPlan, List<Change.Retired>> groups = new LinkedHashMap<>();
        for (Change.Retired state : states) {
            groups.computeIfAbsent(plan(state), plan -> new ArrayList<>()).add(state);
        }
        for (Map.Entry<RowPlan, List<Change.Retired>> group : groups.entrySet()) {
            insert(group.getKey(), group.getValue());
        }
    }

    private void insertIfItFits(Change.Retired state) throws SQLException {
        RowPlan plan = plan(state);
        Savepoint savepoint = connection.setSavepoint();
        try {
            insert(plan, List.of(state));
            connection.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            if (Outcome.of(e) != Outcome.REJECT_RECORD) {
                throw e;
            }
            connection.rollback(savepoint);
        } catch (DataException valueDoesNotFit) {
            connection.rollback(savepoint);
        }
    }

    // Values that the source did not repeat are not known here: NULL is true to that, their placeholder is not.
    private RowPlan plan(Change.Retired state) throws SQLException {
        TablePlans target = history(plans.key(state).map(KeyColumns::names).orElse(List.of()));
        RowPlan plan = target.row(state);
        MissingValues missing = target.missing(state);
        return missing.isAnyIn(state.row()) ? plan.without(missing.in(state.row())) : plan;
    }

    private void insert(RowPlan plan, List<Change.Retired> states) throws SQLException {
        TablePlans target = history.orElseThrow();
        RowPlan placed = plan.with(position(target.table()), change -> {
            Change.Retired retired = (Change.Retired) change;
            return retired.deletion().position(retired.origin());
        });
        execute(
                target.sql().insertSent(placed) + " ON CONFLICT DO NOTHING",
                placed.columns().size(),
                column -> states.stream().map(state -> placed.text(state, column)));
    }

    private TablePlans history(List<String> key) throws SQLException {
        if (history.isEmpty()) {
            DestinationTable table = HistoryTable.ensure(connection, plans.table(), softDelete, key, lockTimeout)
                    .in(plans.table().identifierCase());
            history = Optional.of(new TablePlans(table, Optional.of(softDelete)));
        }
        return history.get();
    }

    private static StagedColumn position(DestinationTable history) {
        return history.named(HistoryTable.POSITION)
                .map(column -> new StagedColumn(column, ColumnWriter.create(Schema.STRING_SCHEMA, column.typed())))
                .orElseThrow(() -> new StructureMismatch(
                        history.id(),
                        "it lacks the column " + HistoryTable.POSITION,
                        "Rename the table, so that a new one is made, or set soft.delete.history=false."));
    }

    /** The table's columns but the mark. */
    private String tableColumns(String prefix) {
        return plans.table().columns().stream()
                .filter(column -> !column.name().equals(softDelete.column()))
                .map(column -> prefix + Identifiers.quote(column.name()))
                .collect(Collectors.joining(", "));
    }

    private String markName() {
        return Identifiers.quote(softDelete.column());
    }

    /** The texts of one column. */
    private interface Texts {
        Stream<String> of(int column);
    }

    private void execute(String sql, int columns, Texts texts) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < columns; i++) {
                statement.setArray(
                        i + 1, connection.createArrayOf("text", texts.of(i).toArray()));
            }
            statement.executeUpdate();
        }
    }
}
