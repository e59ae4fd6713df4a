// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.sink.config.ApplyMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.DataException;

/**
 * Writes the last states of rows to one table: all deletes first, then the rows, each kind in the order of its keys.
 * Many go through COPY and a staging table, few as parameters of one statement. Not thread-safe.
 */
final class RowWriter {

    /** Up to so many rows one statement with arrays is faster than COPY, which takes three more round trips. */
    static final int FEW = 64;

    private final Connection connection;
    private final Staging staging;
    private final TablePlans plans;
    private final ApplyMode mode;
    private final int few;
    private Target lastTarget;
    private Target lastTargetOfNew;

    /**
     * Writes to the table of the plans.
     *
     * @param few how many rows are sent as parameters at most; errors of COPY name the column, others may not
     */
    RowWriter(Connection connection, Staging staging, TablePlans plans, ApplyMode mode, int few) {
        this.connection = requireNonNull(connection, "connection is null");
        this.staging = requireNonNull(staging, "staging is null");
        this.plans = requireNonNull(plans, "plans is null");
        this.mode = requireNonNull(mode, "mode is null");
        this.few = few;
    }

    /** How rows take the place of those with the same key. */
    enum Way {
        /** By ON CONFLICT on the key. */
        UPSERT,
        /** All keys are deleted, then all rows inserted: values of other unique columns may move between rows. */
        REPLACE
    }

    /**
     * Writes in the open transaction.
     *
     * @throws org.apache.kafka.connect.errors.DataException if a value does not fit its column
     */
    void write(RowChanges changes, Way way) throws SQLException {
        Map<KeyColumns, List<Change.OfRow>> deletes = new LinkedHashMap<>();
        Map<KeyColumns, List<Change.Gone>> retirements = new LinkedHashMap<>();
        for (Change.Gone gone : changes.deletes()) {
            KeyColumns key = plans.keyOfDelete(gone);
            key.requireValues(gone);
            if (plans.retirement().isPresent()) {
                group(retirements, key, gone);
            } else {
                group(deletes, key, gone);
            }
        }
        Map<Target, List<Change.WithRow>> writes = new LinkedHashMap<>();
        List<Change.WithRow> partial = new ArrayList<>();
        for (Change.WithRow write : changes.writes()) {
            Target target = target(write);
            target.key().ifPresent(key -> key.requireValues(write));
            requireKey(target, write);
            if (!changes.isComplete() && plans.missing(write).isAnyIn(write.row())) {
                if (target.key().isPresent()) {
                    partial.add(write);
                } else {
                    RowPlan known = target.plan().without(plans.missing(write).in(write.row()));
                    group(writes, new Target(known, Optional.empty(), false, TableSql.Rest.KEPT), write);
                }
                continue;
            }
            group(writes, target, write);
            if (target.key().isPresent() && (way == Way.REPLACE || !target.isUpserted())) {
                group(deletes, target.key().get(), write);
            }
        }
        for (Map.Entry<KeyColumns, List<Change.OfRow>> entry : deletes.entrySet()) {
            delete(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<KeyColumns, List<Change.Gone>> entry : retirements.entrySet()) {
            retire(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<Target, List<Change.WithRow>> entry : writes.entrySet()) {
            insert(entry.getKey(), entry.getValue());
        }
        for (Change.WithRow write : partial) {
            update(write);
        }
    }

    // Without a key rows are only inserted; the old one would stay beside its successor.
    private void requireKey(Target target, Change.WithRow write) {
        boolean hasBefore = write instanceof Change.Write row && row.hasBefore();
        if (mode == ApplyMode.UPSERT && hasBefore && target.key().isEmpty()) {
            throw new DataException("The record replaces a row without naming its key, and "
                    + plans.table().id() + " has no primary key whose columns the record holds, so that the old row"
                    + " would stay. Give the topic's records a key, or set apply.mode=append to keep all states.");
        }
    }

    // Rare enough to go one by one: large values that an update of another column left as they were.
    private void update(Change.WithRow write) throws SQLException {
        KeyColumns key = plans.key(write).orElseThrow();
        RowPlan known = plans.row(write).without(plans.missing(write).in(write.row()));
        int updated = executeSent(
                plans.sql().updateSent(known, key),
                known.columns().size(),
                column -> Stream.ofNullable(known.text(write, column)));
        if (updated == 0) {
            throw new DataException(
                    "The record leaves out values that it says are unchanged, and no such row is here to"
                            + " have them. Copy the table again.");
        }
    }

    /** Where rows of one shape go; without a key they are only inserted. */
    private record Target(RowPlan plan, Optional<KeyColumns> key, boolean isUpserted, TableSql.Rest rest) {}

    private Target target(Change.WithRow write) {
        RowPlan plan = plans.row(write);
        if (lastTarget == null || lastTarget.plan() != plan) {
            Optional<KeyColumns> key = mode == ApplyMode.APPEND ? Optional.empty() : plans.key(write);
            boolean isUpserted = key.filter(plans.sql()::canDecideConflicts).isPresent();
            lastTarget = new Target(plan, key, isUpserted, TableSql.Rest.KEPT);
            lastTargetOfNew = plans.sql().rest(plan).isEmpty()
                    ? lastTarget
                    : new Target(plan, key, isUpserted, TableSql.Rest.DEFAULT);
        }
        return write instanceof Change.Write row && row.isNew() ? lastTargetOfNew : lastTarget;
    }

    private static <K, V> void group(Map<K, List<V>> groups, K group, V member) {
        groups.computeIfAbsent(group, missing -> new ArrayList<>()).add(member);
    }

    private void delete(KeyColumns key, List<Change.OfRow> changes) throws SQLException {
        if (!plans.sql().canDecideConflicts(key)) {
            // No index finds the rows: better to read the table once than once for each key.
            execute("SET LOCAL enable_hashjoin = on");
        }
        if (changes.size() <= few) {
            var unusedCount = executeSent(
                    plans.sql().deleteSent(key),
                    key.columns().size(),
                    column -> changes.stream().map(change -> keyText(key, change, column)));
            return;
        }
        String table = staging.table(plans.table().id(), "keys", key.columns());
        try (RowStream rows = staging.into(table)) {
            for (Change.OfRow change : changes) {
                CopyBuffer row = rows.next();
                row.beginTuple(key.columns().size());
                appendKey(key, change, row);
            }
            rows.end();
        }
        execute(plans.sql().deleteStaged(key, table));
    }

    private void retire(KeyColumns key, List<Change.Gone> changes) throws SQLException {
        StagedColumn mark = plans.retirement().orElseThrow().column();
        int keys = key.columns().size();
        if (changes.size() <= few) {
            var unusedCount = executeSent(
                    plans.sql().retireSent(key),
                    keys + 1,
                    column -> changes.stream()
                            .map(change ->
                                    column == keys ? change.deletion().timeText() : keyText(key, change, column)));
            return;
        }
        List<StagedColumn> columns = new ArrayList<>(key.columns());
        columns.add(mark);
        String table = staging.table(plans.table().id(), "retired", columns);
        try (RowStream rows = staging.into(table)) {
            for (Change.Gone change : changes) {
                CopyBuffer row = rows.next();
                row.beginTuple(keys + 1);
                appendKey(key, change, row);
                mark.writer().write(change.deletion().timeText(), row);
            }
            rows.end();
        }
        execute(plans.sql().retireStaged(key, table));
    }

    private static void appendKey(KeyColumns key, Change.OfRow change, CopyBuffer out) {
        for (int i = 0; i < key.columns().size(); i++) {
            key.columns().get(i).writer().write(key.value(change, i), out);
        }
    }

    static String keyText(KeyColumns key, Change.OfRow change, int column) {
        Object value = key.value(change, column);
        return value == null ? null : key.columns().get(column).writer().text(value);
    }

    private void insert(Target target, List<Change.WithRow> writes) throws SQLException {
        if (writes.size() <= few) {
            insertSent(target, writes);
            return;
        }
        RowPlan plan = target.plan();
        boolean isDirect = !target.isUpserted()
                && plan.columns().stream().allMatch(column -> column.writer().isBinary());
        String table =
                isDirect ? plans.sql().target() : staging.table(plans.table().id(), "rows", plan.columns());
        try (RowStream rows = isDirect ? staging.into(table, plan.columns()) : staging.into(table)) {
            for (Change.WithRow write : writes) {
                plan.encode(write, rows.next());
            }
            rows.end();
        }
        if (isDirect) {
            return;
        }
        execute(
                target.isUpserted()
                        ? plans.sql().upsertStaged(plan, target.key().orElseThrow(), target.rest(), table)
                        : plans.sql().insertStaged(plan, table));
    }

    private void insertSent(Target target, List<Change.WithRow> writes) throws SQLException {
        RowPlan plan = target.plan();
        var unusedCount = executeSent(
                target.isUpserted()
                        ? plans.sql().upsertSent(plan, target.key().orElseThrow(), target.rest())
                        : plans.sql().insertSent(plan),
                plan.columns().size(),
                column -> writes.stream().map(write -> plan.text(write, column)));
    }

    /** The texts of one column. */
    private interface Texts {
        Stream<String> of(int column);
    }

    private int executeSent(String sql, int columns, Texts texts) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < columns; i++) {
                statement.setArray(
                        i + 1, connection.createArrayOf("text", texts.of(i).toArray()));
            }
            return statement.executeUpdate();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.executeUpdate(sql);
        }
    }
}
