// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a flush in the open transaction of a session and commits it: the rows of all tables, what was refused, how far the
 * tables are, and the offsets.
 */
final class FlushTransaction {

    private final Connection connection;
    private final TableWriters writers;
    private final TableStates states;
    private final RejectionLog rejectionLog;
    private final SinkOffsets offsets;

    FlushTransaction(
            Connection connection,
            TableWriters writers,
            TableStates states,
            RejectionLog rejectionLog,
            SinkOffsets offsets) {
        this.connection = connection;
        this.writers = writers;
        this.states = states;
        this.rejectionLog = rejectionLog;
        this.offsets = offsets;
    }

    /** Everything in as few statements as there can be; the first refusal fails it. */
    Written atOnce(Flush flush) throws SQLException, WaitForMoreException, UnclearCommitException {
        flush.changedElsewhere().forEach(writers::forget);
        writers.prepareStages(flush);
        for (Map.Entry<TableId, List<Change>> table : flush.tables().entrySet()) {
            writers.apply(flush, table, TableWriter::atOnce);
        }
        return finish(flush, List.of());
    }

    /** Finds the records that are refused, and puts them aside where the strictness lets it. */
    Written carefully(Flush flush, RejectedRows.Strictness strictness)
            throws SQLException, WaitForMoreException, UnclearCommitException {
        // So that every refusal comes from the statement that is to blame, not from COMMIT.
        Sql.execute(connection, "SET CONSTRAINTS ALL IMMEDIATE");
        List<Rejection> rejections = new ArrayList<>();
        writers.prepareStages(flush);
        for (Map.Entry<TableId, List<Change>> table : flush.tables().entrySet()) {
            writers.apply(flush, table, writer -> writer.finding(rejections, strictness));
        }
        return finish(flush, rejections);
    }

    private Written finish(Flush flush, List<Rejection> refused) throws SQLException, UnclearCommitException {
        List<Rejection> rejections = new ArrayList<>(flush.unreadable());
        rejections.addAll(refused);
        if (!rejections.isEmpty()) {
            rejectionLog.write(connection, rejections);
        }
        List<TableStates.Applied> applied = applied(flush, refused);
        if (!applied.isEmpty()) {
            states.applied(connection, applied);
        }
        for (FlushNote note : flush.notes()) {
            note.write(connection);
        }
        offsets.advance(connection, flush.advances());
        Written written = new Written(flush, applied, rejections);
        commit(written);
        return written;
    }

    private static List<TableStates.Applied> applied(Flush flush, List<Rejection> refused) {
        Map<TableId, Long> putAside = refused.stream().collect(groupingBy(Rejection::table, counting()));
        List<TableStates.Applied> applied = new ArrayList<>();
        flush.tables().forEach((table, changes) -> {
            // Rows of a staged load count when it is switched in.
            if (flush.stage(table).isEmpty()) {
                applied.add(new TableStates.Applied(
                        table,
                        changes.size() - putAside.getOrDefault(table, 0L),
                        flush.lastSource(table).time()));
            }
        });
        return applied;
    }

    private void commit(Written written) throws SQLException, UnclearCommitException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (Outcome.of(e) == Outcome.REJECT_RECORD) {
                throw e;
            }
            throw new UnclearCommitException(written, e);
        }
    }
}
