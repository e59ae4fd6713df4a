// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.postgres.Literals;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for rows that reading by the control column does not find. Late rows are those that a page would have sent had
 * they been there: the snapshot of that page does not see the transaction that wrote them. Used by one thread at a time.
 */
final class RowsLeftBehind {

    private static final Logger LOG = LoggerFactory.getLogger(RowsLeftBehind.class);

    /** A row that is late by less than this part of the interval may be overlooked. */
    private static final int MARKS = 50;

    /** Transaction ids have 32 bits in rows and 64 bits in snapshots. */
    private static final String WRITER = """
            (next.id - ((next.id %% 4294967296) - %1$s.xmin::text::bigint + 4294967296) %% 4294967296)::text::xid8""";

    private final TableId table;
    private final Duration interval;
    private final ControlMetrics metrics;
    private final List<Mark> marks = new ArrayList<>();
    private Instant lastLook;

    /** @param interval between looks for late rows; zero when there are none */
    RowsLeftBehind(TableId table, Duration interval, ControlMetrics metrics) {
        this.table = table;
        this.interval = interval;
        this.metrics = metrics;
    }

    /** Reports the rows that no control value leads to. */
    void reportUnreachable(Connection connection, KnownTable known) throws SQLException {
        if (!known.control().isNullable() && known.control().type() == ControlType.INTEGER) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(known.queries().countUnreachable())) {
            result.next();
            metrics.rowsWithoutControl(result.getLong(1));
            if (result.getLong(1) > 0) {
                LOG.warn(
                        "{} rows of {} have no control value to be found by: \"{}\" is NULL or infinity. They are in"
                                + " copies, but their changes are not seen",
                        result.getLong(1),
                        table,
                        known.control().name());
            }
        }
    }

    /**
     * Takes note of what is sent, and looks for late rows when it is time to.
     *
     * @param connection its transaction is the one that has read up to the position
     * @return how many late rows were found
     */
    long lookIfDue(Connection connection, KnownTable known, ControlPosition position, Instant now) throws SQLException {
        if (interval.isZero() || !known.table().kind().isStored()) {
            return 0;
        }
        if (lastLook == null) {
            lastLook = now;
        }
        boolean isDue = !now.isBefore(lastLook.plus(interval));
        long late = isDue ? look(connection, known) : 0;
        if (isDue) {
            lastLook = now;
            marks.clear();
        }
        if (marks.isEmpty() || !now.isBefore(marks.get(marks.size() - 1).time().plus(interval.dividedBy(MARKS)))) {
            marks.add(new Mark(position, snapshot(connection), now));
        }
        return late;
    }

    private long look(Connection connection, KnownTable known) throws SQLException {
        reportUnreachable(connection, known);
        if (marks.isEmpty()) {
            return 0;
        }
        String control = known.control().quoted();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*), min(" + control + ")::text, max(" + control
                        + ")::text" + known.queries().from()
                        + " CROSS JOIN (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS id) AS next WHERE "
                        + known.table().condition() + " AND (" + areLate(known) + ")")) {
            result.next();
            long late = result.getLong(1);
            if (late > 0) {
                metrics.foundLate(late);
                LOG.warn(
                        "{} rows of {} were written with control values that had been read before, from {} to {}: they"
                                + " came late, or were changed without their control column. To send them, stop the"
                                + " connector and add repull.from and repull.to to the table's offset; to prevent it,"
                                + " set a greater boundary",
                        late,
                        table,
                        result.getString(2),
                        result.getString(3));
            }
            return late;
        }
    }

    private String areLate(KnownTable known) {
        String writer = WRITER.formatted(known.queries().alias());
        List<String> alternatives = new ArrayList<>();
        String sentBefore = "false";
        for (Mark mark : marks) {
            String sent = known.queries().upTo(mark.position());
            alternatives.add("(" + sent + ") AND NOT (" + sentBefore + ") AND NOT pg_visible_in_snapshot(" + writer
                    + ", " + Literals.quote(mark.snapshot()) + ")");
            sentBefore = sent;
        }
        return String.join(" OR ", alternatives);
    }

    private static String snapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_current_snapshot()::text")) {
            result.next();
            return result.getString(1);
        }
    }

    /** All rows up to the position that the snapshot sees are sent. */
    private record Mark(ControlPosition position, String snapshot, Instant time) {
        Mark {
            requireNonNull(position, "position is null");
            requireNonNull(snapshot, "snapshot is null");
        }
    }
}
