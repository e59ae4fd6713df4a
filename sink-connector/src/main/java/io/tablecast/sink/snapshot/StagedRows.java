// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that were committed in many transactions, see {@link StagedTable}. They are not frozen: a reader whose snapshot is
 * older would find some or none of them behind the destination's name, so that its end is waited for.
 */
final class StagedRows implements RowsAside {

    private static final Logger LOG = LoggerFactory.getLogger(StagedRows.class);

    private final LoadPlan plan;
    private final RowQueue queue;
    private final Instant begin;
    private List<String> remarks = List.of();

    StagedRows(LoadPlan plan, RowQueue queue, Instant begin) {
        this.plan = plan;
        this.queue = queue;
        this.begin = begin;
    }

    @Override
    public void awaitVisibility(Connection connection) throws SQLException, InterruptedException {
        StagedTable.of(plan).requireThere(connection);
        boolean isSwapped = plan.settings().apply() == SnapshotApply.SWAP
                && !plan.settings().isMerged()
                && plan.begin().ranges().isEmpty();
        if (!isSwapped) {
            return;
        }
        Duration limit = plan.settings().limits().transaction();
        OlderTransactions older = OlderTransactions.of(connection);
        if (!older.processes().isEmpty()) {
            LOG.info(
                    "The switch of {} to snapshot {} waits, for at most {} ms (snapshot.transaction.max.ms), until the"
                            + " processes {} do not read by snapshots older than its rows any more",
                    plan.table(),
                    plan.begin().id(),
                    limit.toMillis(),
                    older.processes());
        }
        int left = older.await(connection, limit, queue);
        if (left > 0) {
            LOG.warn(
                    "The staged snapshot {} of {} is switched in although {} transactions that are older than its rows"
                            + " still run after {} ms (snapshot.transaction.max.ms). If they read the table now, they do"
                            + " not see all of it.",
                    plan.begin().id(),
                    plan.table(),
                    left,
                    limit.toMillis());
            remarks = List.of("switched although " + left + " older transactions still ran");
        }
    }

    @Override
    public Filled fill(Connection connection, LoadTransaction.Progress progress) throws SQLException {
        StagedTable.of(plan).requireThere(connection);
        SnapshotTable table = SnapshotTable.design(connection, plan);
        long rows = Sql.query(
                        connection,
                        "SELECT pg_catalog.count(*) FROM " + Identifiers.quote(table.id()),
                        row -> row.getLong(1))
                .get(0);
        return new Filled(table, rows, 0, remarks);
    }

    @Override
    public Duration sinceBegin() {
        return Duration.between(begin, Instant.now());
    }
}
