// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.cli.compare.ComparedSide.RowKey;
import io.tablecast.cli.connect.Pause;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rows that were not the same on both sides, and may only have been on their way. They are looked at again until each is
 * the same, or has been seen to follow its source, or the time is up.
 */
final class Suspects {
    private final BothSides sides;
    private final Allowance allowance;
    private final Patience patience;
    private final Map<RowKey, Row> rows = new TreeMap<>();
    private long further;

    Suspects(BothSides sides, Allowance allowance, Patience patience) {
        this.sides = sides;
        this.allowance = allowance;
        this.patience = patience;
    }

    /** Takes in a row, as both sides showed it first; null where it is not there. */
    void add(RowKey key, String source, String destination) {
        Row row = new Row(source, destination);
        if (isAllowed(source, destination)) {
            further++;
        } else if (!Objects.equals(source, destination)) {
            rows.put(key, row);
        }
    }

    int size() {
        return rows.size();
    }

    /** Rows of the destination that may be there beyond those of the source. */
    long further() {
        return further;
    }

    /** The rows that stay different. */
    Map<RowKey, Row> settle() throws SQLException {
        long begun = System.nanoTime();
        while (!rows.isEmpty()
                && System.nanoTime() - begun < patience.settling().toNanos()) {
            Pause.of(patience.pause());
            look();
        }
        return rows;
    }

    private void look() throws SQLException {
        Set<RowKey> keys = new HashSet<>(rows.keySet());
        BothSides.Answers<Map<RowKey, String>> now = sides.ask(side -> side.marks(keys));
        for (RowKey key : keys) {
            String source = now.source().get(key);
            String destination = now.destination().get(key);
            if (isAllowed(source, destination)) {
                further++;
                rows.remove(key);
            } else if (rows.get(key).isSettledBy(source, destination)) {
                rows.remove(key);
            }
        }
    }

    /** Without a key the values are numbers of rows. */
    private boolean isAllowed(String source, String destination) {
        if (allowance == Allowance.NONE || destination == null) {
            return false;
        }
        boolean areNumbers = sides.source().countsRows();
        return source == null || (areNumbers && Long.parseLong(source) < Long.parseLong(destination));
    }

    /** One row, as it was seen. */
    static final class Row {
        private final String firstDestination;
        private final Set<String> sources = new HashSet<>();
        private String lastSource;
        private String lastDestination;
        private boolean isMoving;

        private Row(String source, String destination) {
            this.firstDestination = destination;
            this.lastSource = source;
            this.lastDestination = destination;
            sources.add(source);
        }

        /**
         * Whether it is the same, or the destination has taken over a state that the source had meanwhile. A destination
         * that does not move proves nothing: it may have stood still for long.
         */
        private boolean isSettledBy(String source, String destination) {
            isMoving = !Objects.equals(source, lastSource) || !Objects.equals(destination, lastDestination);
            sources.add(source);
            lastSource = source;
            lastDestination = destination;
            return Objects.equals(source, destination)
                    || (!Objects.equals(destination, firstDestination) && sources.contains(destination));
        }

        Difference difference(String text) {
            Difference.Kind kind = Difference.Kind.DIFFERENT;
            if (lastSource == null) {
                kind = Difference.Kind.EXTRA;
            } else if (lastDestination == null) {
                kind = Difference.Kind.MISSING;
            }
            return new Difference(kind, text, isMoving);
        }

        boolean isAtSource() {
            return lastSource != null;
        }
    }
}
