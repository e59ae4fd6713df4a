// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A PostgreSQL snapshot ({@code pg_snapshot}): which transactions had committed or rolled back when it was taken.
 * Snapshots of one server form a chain: of two, one sees all that the other sees.
 *
 * @param xmin all transactions below it had ended
 * @param xmax no transaction from it on had ended
 * @param inProgress the transactions between that had not ended, ascending
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT">Transaction ID and
 *     Snapshot Information Functions</a>
 */
record PgSnapshot(long xmin, long xmax, List<Long> inProgress) {

    private static final Pattern TEXT = Pattern.compile("\\d{1,18}:\\d{1,18}:(\\d{1,18}(,\\d{1,18})*)?");

    PgSnapshot {
        inProgress = List.copyOf(inProgress);
    }

    /** @throws IllegalArgumentException when the text is not of the form {@code xmin:xmax:xid,xid,...} */
    static PgSnapshot parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a snapshot such as 795:799:795,797");
        }
        String[] parts = text.split(":", -1);
        List<Long> inProgress = parts[2].isEmpty()
                ? List.of()
                : Arrays.stream(parts[2].split(",", -1)).map(Long::valueOf).toList();
        return new PgSnapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), inProgress);
    }

    /** What a query sees in the connection's transaction. */
    static PgSnapshot now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_snapshot()::text")) {
            row.next();
            return parse(row.getString(1));
        }
    }

    /** The snapshot that sees what all the given ones see. */
    static PgSnapshot seenByAll(Collection<PgSnapshot> snapshots) {
        long xmax = snapshots.stream().mapToLong(PgSnapshot::xmax).min().orElseThrow();
        TreeSet<Long> open = new TreeSet<>();
        for (PgSnapshot snapshot : snapshots) {
            snapshot.inProgress.stream().filter(xid -> xid < xmax).forEach(open::add);
        }
        return new PgSnapshot(open.isEmpty() ? xmax : open.first(), xmax, List.copyOf(open));
    }

    boolean sees(long xid) {
        return xid < xmax && Collections.binarySearch(inProgress, xid) < 0;
    }

    /** Whether this snapshot sees every transaction that the other one sees. */
    boolean seesAllOf(PgSnapshot other) {
        return other.xmax <= xmax && inProgress.stream().noneMatch(other::sees);
    }

    /** {@link #inProgress()} as a PostgreSQL array. */
    String inProgressArray() {
        return "{" + inProgressList() + "}";
    }

    /** The text form that PostgreSQL reads and writes. */
    @Override
    public String toString() {
        return xmin + ":" + xmax + ":" + inProgressList();
    }

    private String inProgressList() {
        return inProgress.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
