// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.OnTableReplaced;
import io.tablecast.source.mysql.FollowedTable.OwedLook;
import io.tablecast.source.mysql.binlog.DdlStatement;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What statements in the binlog mean for the rows of tables, where no row events tell. Used by one thread. */
final class StatementEffects {

    private static final Logger LOG = LoggerFactory.getLogger(StatementEffects.class);

    private final Map<TableId, TableCopy> copies;
    private final Map<TableId, ChangeRecords> records;
    private final LayoutChanges layouts;
    private final TableStops stops;

    StatementEffects(
            Map<TableId, TableCopy> copies,
            Map<TableId, ChangeRecords> records,
            LayoutChanges layouts,
            TableStops stops) {
        this.stops = stops;
        this.copies = copies;
        this.records = records;
        this.layouts = layouts;
    }

    /**
     * Lets a statement have its effect on a table.
     *
     * @param end where the statement ends
     * @throws UnreadableTableException when it has changed rows that nobody knows
     */
    void of(DdlStatement statement, String sql, FollowedTable table, SourceTransaction transaction, long end)
            throws InterruptedException, SQLException {
        if (statement.alters(table.id())) {
            table.alteredBy(statement, transaction.id());
        }
        if (statement.isChange() && statement.names().contains(table.id())) {
            throw new UnreadableTableException("A statement and not its rows stands in the binlog, and it may change "
                    + table.id() + " (GTID " + transaction.gtid() + "): binlog_format was not ROW in its session. Set"
                    + " binlog_format=ROW.");
        }
        if (statement.truncated().filter(table.id()::equals).isPresent()) {
            truncated(table, transaction, end);
        } else if (statement.drops(table.id())) {
            gone(table, sql);
        } else if (statement.replacesRowsOf(table.id())) {
            // Applications send this whenever they start.
            boolean wasThere = statement.isOnlyIfMissing() && !table.isGone();
            if (!wasThere) {
                replaced(table, sql);
            }
        } else if (statement.alters(table.id()) && layouts.isUntold(table)) {
            altered(table, sql);
        } else if (table.altered().filter(AlteredColumns::isExchange).isPresent()) {
            LOG.warn("Columns of {} have exchanged their names, so it is copied again: {}", table.id(), sql);
            renew(table);
            table.startCopy();
            copies.get(table.id()).forgetChunk();
        } else if (statement.changesKeyOf(table.id()) && hasOtherKey(table)) {
            LOG.warn("{} has another key now, so it is copied again: {}", table.id(), sql);
            renew(table);
            table.startCopy();
            copies.get(table.id()).forgetChunk();
        }
    }

    private boolean hasOtherKey(FollowedTable table) throws SQLException {
        if (table.owedLook() == OwedLook.OF_KEY) {
            return false;
        }
        try {
            return layouts.hasOtherKey(table);
        } catch (SQLException e) {
            stops.putOff(table, OwedLook.OF_KEY, e);
            return false;
        }
    }

    private void replaced(FollowedTable table, String sql) throws SQLException {
        switch (table.table().settings().onTableReplaced()) {
            case REPULL -> {
                boolean isThere = renew(table);
                copies.get(table.id()).forgetChunk();
                if (isThere) {
                    table.isThereAgain();
                    LOG.warn("{} may have other rows now, so it is copied again: {}", table.id(), sql);
                    table.startCopy();
                } else {
                    gone(table, sql);
                }
            }
            case IGNORE -> {
                if (layouts.isUntold(table)) {
                    throw unknownColumns(sql);
                }
                LOG.warn(
                        "{} may have other rows now, of which only those are sent that change from now on"
                                + " (on.table.replaced=ignore): {}",
                        table.id(),
                        sql);
                renew(table);
                table.isThereAgain();
                copies.get(table.id()).forgetChunk();
            }
            case FAIL ->
                throw new UnreadableTableException("It may have other rows now (on.table.replaced=fail), after: " + sql
                        + (sql.endsWith(".") ? "" : "."));
        }
    }

    /** Rows come of a table that was gone: nobody has told how it was made. */
    void isThereAgain(FollowedTable table) throws SQLException {
        replaced(table, "rows of a table of that name");
    }

    private boolean renew(FollowedTable table) throws SQLException {
        return layouts.isUntold(table) ? layouts.moveOn(table) : layouts.renew(table);
    }

    /** Nobody knows which columns the next rows are of, so it is copied as the catalog tells that it is. */
    private void altered(FollowedTable table, String sql) throws SQLException {
        if (table.table().settings().onTableReplaced() != OnTableReplaced.REPULL) {
            throw unknownColumns(sql);
        }
        LOG.warn(
                "The binlog does not name the columns of {} (binlog_row_metadata is not FULL), which may be others now, so"
                        + " it is copied again: {}",
                table.id(),
                sql);
        copyAsItIs(table, sql);
    }

    /** A row event does not tell what statements before it have made of the columns. */
    void unknownColumns(FollowedTable table) throws SQLException {
        if (table.table().settings().onTableReplaced() != OnTableReplaced.REPULL) {
            throw LayoutChanges.unnamed(table);
        }
        LOG.warn(
                "The binlog does not name the columns of {} any more (binlog_row_metadata is not FULL), which were altered"
                        + " before, so it is copied again",
                table.id());
        copyAsItIs(table, "a statement further on in the binlog");
    }

    private void copyAsItIs(FollowedTable table, String sql) throws SQLException {
        if (!layouts.moveOn(table)) {
            gone(table, sql);
            return;
        }
        table.startCopy();
        copies.get(table.id()).forgetChunk();
    }

    private static UnreadableTableException unknownColumns(String sql) {
        return new UnreadableTableException("The binlog does not name its columns, which may be others now, and it"
                + " must not be copied again (on.table.replaced), after: " + sql + (sql.endsWith(".") ? "" : ".")
                + " Set binlog_row_metadata=FULL at the server, also in its configuration, and delete the table's"
                + " offset.");
    }

    /** Columns were added or changed, and what the rows that were there hold in them is not told. */
    void givenOtherValues(FollowedTable table) {
        String what = "columns that were added or changed, and whose values in older rows the binlog does not tell";
        switch (table.table().settings().onTableReplaced()) {
            case REPULL -> mayHaveOtherRows(table, what);
            case IGNORE -> {
                LOG.warn("{} has {} (on.table.replaced=ignore)", table.id(), what);
                copies.get(table.id()).forgetChunk();
            }
            case FAIL -> throw new UnreadableTableException("It has " + what + " (on.table.replaced=fail).");
        }
    }

    /** Rows were changed that nobody has told of: the table is copied again, whatever may replace it otherwise. */
    void mayHaveOtherRows(FollowedTable table, String sql) {
        LOG.warn("{} may have other rows now, so it is copied again: {}", table.id(), sql);
        table.startCopy();
        copies.get(table.id()).forgetChunk();
    }

    private void gone(FollowedTable table, String sql) {
        LOG.warn("{} is gone; what comes under its name again is another table: {}", table.id(), sql);
        table.gone();
        copies.get(table.id()).forgetChunk();
    }

    private void truncated(FollowedTable table, SourceTransaction transaction, long end) throws InterruptedException {
        long number = transaction.nextRow(table.id());
        copies.get(table.id()).forgetChunk();
        if (table.hasSent(transaction.gtid(), number)) {
            return;
        }
        table.sentRows(transaction.gtid(), number);
        ChangeRecords changes = records.get(table.id());
        changes.truncated(transaction.place(end, 0), transaction);
    }
}
