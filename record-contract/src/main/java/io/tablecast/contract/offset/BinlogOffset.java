// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where reading a table from a binlog goes on: behind all transactions that the position covers, and behind so many rows
 * of one more.
 *
 * @param system what identifies the server that the coordinates belong to
 * @param file the binlog file, for servers whose position is a coordinate, and for people
 * @param position the coordinate in it
 * @param gtids the transactions that are covered: MySQL's set, or MariaDB's position
 * @param transaction the transaction of which a part was sent, empty when there is none
 * @param rows how many rows of the table were sent of it
 * @param copy how far a copy of the table is, empty when none is going on
 */
public record BinlogOffset(
        String system, String file, long position, String gtids, String transaction, long rows, Optional<Copy> copy) {

    public static final String MODE = "binlog";

    private static final long VERSION = 1;
    private static final String SYSTEM = OffsetCodec.SYSTEM;
    private static final String FILE = "file";
    private static final String POSITION = "pos";
    private static final String GTIDS = "gtids";
    private static final String TRANSACTION = "transaction";
    private static final String ROWS = "rows";
    private static final String COPIED = "copied";
    private static final String COPYING_STATE = "copying";
    private static final String ENDING_STATE = "ending";
    private static final String STREAMING_STATE = "streaming";

    public BinlogOffset {
        requireNonNull(system, "system is null");
        requireNonNull(file, "file is null");
        requireNonNull(gtids, "gtids is null");
        requireNonNull(transaction, "transaction is null");
        requireNonNull(copy, "copy is null");
    }

    /** The map that Connect stores. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(OffsetCodec.FORMAT, VERSION);
        map.put(OffsetCodec.MODE, MODE);
        map.put(OffsetCodec.STATE, copy.map(Copy::state).orElse(STREAMING_STATE));
        map.put(SYSTEM, system);
        map.put(FILE, file);
        map.put(POSITION, position);
        map.put(GTIDS, gtids);
        if (!transaction.isEmpty()) {
            map.put(TRANSACTION, transaction);
            map.put(ROWS, rows);
        }
        copy.ifPresent(progress -> {
            map.put(OffsetCodec.SNAPSHOT, progress.snapshotId());
            map.put(COPIED, progress.rows());
            if (!progress.keyAfter().isEmpty()) {
                map.put(OffsetCodec.KEY_AFTER, progress.keyAfter());
            }
        });
        return map;
    }

    /**
     * Reads a map that Connect stored, or that a user sends.
     *
     * @throws InvalidOffset naming every fault of the map
     */
    public static BinlogOffset of(Map<String, ?> map) {
        OffsetEntries entries = new OffsetEntries(map);
        long format = entries.number(OffsetCodec.FORMAT);
        if (entries.isFaultless() && format != VERSION) {
            throw new InvalidOffset("Offset " + map + " has format " + format + "; this version of Tablecast reads "
                    + VERSION + ". Install the version that wrote it, or delete the offset to copy the table again.");
        }
        entries.oneOf(OffsetCodec.MODE, MODE);
        String state = entries.oneOf(OffsetCodec.STATE, STREAMING_STATE, COPYING_STATE, ENDING_STATE);
        boolean isPartial = entries.has(TRANSACTION);
        BinlogOffset offset = new BinlogOffset(
                entries.text(SYSTEM),
                entries.text(FILE),
                entries.number(POSITION),
                entries.text(GTIDS),
                isPartial ? entries.text(TRANSACTION) : "",
                isPartial ? entries.number(ROWS) : 0,
                state.equals(STREAMING_STATE) ? Optional.empty() : Optional.of(copy(entries, state)));
        entries.finish();
        return offset;
    }

    private static Copy copy(OffsetEntries entries, String state) {
        return new Copy(
                entries.text(OffsetCodec.SNAPSHOT),
                entries.has(OffsetCodec.KEY_AFTER) ? entries.text(OffsetCodec.KEY_AFTER) : "",
                entries.number(COPIED),
                state.equals(ENDING_STATE) ? Copy.Stage.ENDING : Copy.Stage.READING);
    }

    /**
     * How far a copy is.
     *
     * @param keyAfter the key of the last row that was read, as the reader writes it; empty before the first
     * @param rows how many rows were sent
     */
    public record Copy(String snapshotId, String keyAfter, long rows, Stage stage) {
        public Copy {
            requireNonNull(snapshotId, "snapshotId is null");
            requireNonNull(keyAfter, "keyAfter is null");
            requireNonNull(stage, "stage is null");
        }

        private String state() {
            return stage == Stage.ENDING ? ENDING_STATE : COPYING_STATE;
        }

        /** What is left to do. */
        public enum Stage {
            READING,
            /** All rows are read, and no record has carried the end yet. */
            ENDING
        }
    }
}
