// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.ValueOutOfRangeException;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.error.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Writes rows of which some are known to be refused: everything else is written, and the record to blame is found by
 * halving, under savepoints. Rows that only exchange values of a unique column are written after all.
 */
final class RejectedRows {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final Pattern STAGED_COLUMN = Pattern.compile("line \\d+, column c(\\d+)");

    private final Connection connection;
    private final Staging staging;
    private final TablePlans plans;
    private final TableId reported;
    private final RowWriter writer;
    private final Strictness strictness;
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<Change.OfRow> conflicts = new ArrayList<>();

    RejectedRows(
            Connection connection,
            Staging staging,
            TablePlans plans,
            TableId reported,
            ApplyMode mode,
            Strictness strictness) {
        this.connection = connection;
        this.staging = staging;
        this.plans = plans;
        this.reported = reported;
        this.writer = new RowWriter(connection, staging, plans, mode, 0);
        this.strictness = strictness;
    }

    /** How patient and how tolerant to be. */
    record Strictness(boolean toleratesErrors, boolean mayWaitForMore) {}

    /**
     * Writes what can be written.
     *
     * @param changes all changes in the order they came, of which {@code states} is the reduction
     * @return the records that were put aside
     * @throws RecordRejectedException for the first one if errors are not tolerated
     * @throws WaitForMoreException if a unique value or a parent row may still come
     */
    List<Rejection> write(List<Change.OfRow> changes, RowChanges states) throws SQLException, WaitForMoreException {
        Optional<Exception> failure = attempt(states, RowWriter.Way.UPSERT);
        if (failure.isPresent() && isUniqueViolation(failure.get()) && !deletingReachesOtherTables()) {
            failure = attempt(states, RowWriter.Way.REPLACE);
        }
        if (failure.isEmpty()) {
            return List.of();
        }
        if (strictness.mayWaitForMore() && isConflict(failure.get())) {
            throw new WaitForMoreException((SQLException) failure.get());
        }
        halve(changes, states.all(), failure.get());
        settleConflicts(changes);
        return rejections;
    }

    /** Rows that stood in each other's way are tried again without those that are wrong by themselves. */
    private void settleConflicts(List<Change.OfRow> changes) throws SQLException, WaitForMoreException {
        while (!conflicts.isEmpty()) {
            List<Change.OfRow> left = List.copyOf(conflicts);
            conflicts.clear();
            Optional<Exception> failure = attempt(RowChanges.unreduced(left), RowWriter.Way.UPSERT);
            if (failure.isPresent() && isUniqueViolation(failure.get()) && !deletingReachesOtherTables()) {
                failure = attempt(RowChanges.unreduced(left), RowWriter.Way.REPLACE);
            }
            if (failure.isEmpty()) {
                return;
            }
            if (strictness.mayWaitForMore() && isConflict(failure.get())) {
                throw new WaitForMoreException((SQLException) failure.get());
            }
            Map<Change.OfRow, Exception> still = new LinkedHashMap<>();
            for (Change.OfRow state : left) {
                attempt(RowChanges.unreduced(List.of(state)), RowWriter.Way.UPSERT)
                        .ifPresent(refused -> still.put(state, refused));
            }
            if (still.size() < left.size()) {
                conflicts.addAll(still.keySet());
                continue;
            }
            for (Map.Entry<Change.OfRow, Exception> refused : still.entrySet()) {
                replay(changes, refused.getKey(), refused.getValue());
            }
        }
    }

    private void halve(List<Change.OfRow> changes, List<Change.OfRow> states, Exception failure) throws SQLException {
        if (states.size() == 1 && isConflict(failure)) {
            conflicts.add(states.get(0));
            return;
        }
        if (states.size() == 1) {
            replay(changes, states.get(0), failure);
            return;
        }
        int middle = states.size() / 2;
        for (List<Change.OfRow> half : List.of(states.subList(0, middle), states.subList(middle, states.size()))) {
            Optional<Exception> refused = attempt(RowChanges.unreduced(half), RowWriter.Way.UPSERT);
            if (refused.isPresent()) {
                halve(changes, half, refused.get());
            }
        }
    }

    // The last state of the row is refused, an earlier one in the same flush perhaps is not.
    private void replay(List<Change.OfRow> changes, Change.OfRow state, Exception failure) throws SQLException {
        Optional<KeyColumns> key = plans.key(state);
        if (key.isEmpty()) {
            reject(state, failure);
            return;
        }
        Object identity = key.get().identity(state);
        for (Change.OfRow change : changes) {
            boolean isOfRow = change == state
                    || (identity != null
                            && plans.key(change)
                                    .map(columns -> identity.equals(columns.identity(change)))
                                    .orElse(false));
            if (!isOfRow) {
                continue;
            }
            Optional<Exception> refused = attempt(RowChanges.unreduced(List.of(change)), RowWriter.Way.UPSERT);
            if (refused.isPresent()) {
                reject(change, refused.get());
            }
        }
    }

    private void reject(Change.OfRow change, Exception failure) {
        Rejection rejection = new Rejection(
                change.origin(), reported, key(change), column(change, failure), state(failure), reason(failure));
        if (!strictness.toleratesErrors()) {
            throw new RecordRejectedException(rejection, failure);
        }
        rejections.add(rejection);
    }

    /** Writes under a savepoint; a refusal leaves nothing behind and is returned, other failures are thrown. */
    private Optional<Exception> attempt(RowChanges changes, RowWriter.Way way) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        int mark = staging.mark();
        try {
            writer.write(changes, way);
            connection.releaseSavepoint(savepoint);
            return Optional.empty();
        } catch (SQLException e) {
            if (Outcome.of(e) != Outcome.REJECT_RECORD) {
                throw e;
            }
            connection.rollback(savepoint);
            staging.rolledBackTo(mark);
            return Optional.of(e);
        } catch (DataException e) {
            connection.rollback(savepoint);
            staging.rolledBackTo(mark);
            return Optional.of(e);
        }
    }

    private static boolean isUniqueViolation(Exception failure) {
        return failure instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState());
    }

    /** Whether other rows are to blame as well: those that hold a value, or that are missing. */
    private static boolean isConflict(Exception failure) {
        return failure instanceof SQLException refused
                && (UNIQUE_VIOLATION.equals(refused.getSQLState())
                        || FOREIGN_KEY_VIOLATION.equals(refused.getSQLState()));
    }

    // Deleting a row that comes back at once would take rows of other tables with it.
    private boolean deletingReachesOtherTables() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT EXISTS (
                    SELECT FROM pg_catalog.pg_constraint
                    WHERE confrelid = ?::pg_catalog.regclass AND contype = 'f')
                """)) {
            statement.setString(1, plans.sql().target());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    private String key(Change.OfRow change) {
        Optional<KeyColumns> key = plans.key(change);
        if (key.isEmpty()) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < key.get().columns().size(); i++) {
            parts.add(key.get().names().get(i) + "=" + key.get().value(change, i));
        }
        return "(" + String.join(", ", parts) + ")";
    }

    private String column(Change.OfRow change, Exception failure) {
        if (failure instanceof ValueOutOfRangeException unfit) {
            return unfit.column();
        }
        if (failure instanceof KeyMissingException missing) {
            return missing.column();
        }
        ServerErrorMessage message = failure instanceof PSQLException sql ? sql.getServerErrorMessage() : null;
        if (message == null) {
            return "";
        }
        if (message.getColumn() != null) {
            return message.getColumn();
        }
        Matcher staged = STAGED_COLUMN.matcher(message.getWhere() == null ? "" : message.getWhere());
        if (staged.find() && change instanceof Change.WithRow write) {
            return plans.row(write)
                    .columns()
                    .get(Integer.parseInt(staged.group(1)))
                    .column()
                    .name();
        }
        return "";
    }

    private static String state(Exception failure) {
        return failure instanceof SQLException sql ? sql.getSQLState() : "";
    }

    private static String reason(Exception failure) {
        ServerErrorMessage message = failure instanceof PSQLException sql ? sql.getServerErrorMessage() : null;
        if (message == null) {
            return failure.getMessage();
        }
        return message.getMessage() + (message.getDetail() == null ? "" : " (" + message.getDetail() + ")");
    }
}
