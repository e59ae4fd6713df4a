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
 * @param prepared where the oldest transaction of XA stands that is prepared and neither committed nor rolled back, for
 *     servers whose position is a coordinate: reading begins there, and all else before the position is passed over
 * @param copy how far a copy of the table is, empty when none is going on
 * @param structure how rows behind the position look, as the reader writes it; empty when nobody has looked yet
 * @param stopped why the table is not read any more, empty when it is
 */
public record BinlogOffset(
        String system,
        String file,
        long position,
        String gtids,
        String transaction,
        long rows,
        Optional<Prepared> prepared,
        Optional<Copy> copy,
        String structure,
        String stopped) {

    public static final String MODE = "binlog";

    private static final long VERSION = 1;
    private static final String SYSTEM = OffsetCodec.SYSTEM;
    private static final String FILE = "file";
    private static final String POSITION = "pos";
    private static final String GTIDS = "gtids";
    private static final String TRANSACTION = "transaction";
    private static final String ROWS = "rows";
    private static final String PREPARED_FILE = "prepared.file";
    private static final String PREPARED_POSITION = "prepared.pos";
    private static final String COPIED = "copied";
    private static final String COPYING_STATE = "copying";
    private static final String ENDING_STATE = "ending";
    private static final String GONE_STATE = "gone";
    private static final String STREAMING_STATE = "streaming";
    private static final String STOPPED_STATE = "stopped";
    private static final String WHY_STOPPED = "stopped.because";

    public BinlogOffset {
        requireNonNull(system, "system is null");
        requireNonNull(file, "file is null");
        requireNonNull(gtids, "gtids is null");
        requireNonNull(transaction, "transaction is null");
        requireNonNull(prepared, "prepared is null");
        requireNonNull(copy, "copy is null");
        requireNonNull(structure, "structure is null");
        requireNonNull(stopped, "stopped is null");
    }

    /** Whether a map stands within a transaction of the source, rather than behind it. */
    public static boolean isWithinTransaction(Map<String, ?> map) {
        return map.containsKey(TRANSACTION);
    }

    /** Whether a user has sent it: then it names a place, and not the server that it is of. */
    public boolean isRequest() {
        return system.isEmpty();
    }

    /** The map that Connect stores. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(OffsetCodec.FORMAT, VERSION);
        map.put(OffsetCodec.MODE, MODE);
        map.put(OffsetCodec.STATE, state());
        map.put(SYSTEM, system);
        map.put(FILE, file);
        map.put(POSITION, position);
        map.put(GTIDS, gtids);
        if (!transaction.isEmpty()) {
            map.put(TRANSACTION, transaction);
            map.put(ROWS, rows);
        }
        prepared.ifPresent(oldest -> {
            map.put(PREPARED_FILE, oldest.file());
            map.put(PREPARED_POSITION, oldest.position());
        });
        if (!structure.isEmpty()) {
            map.put(OffsetCodec.STRUCTURE, structure);
        }
        if (!stopped.isEmpty()) {
            map.put(WHY_STOPPED, stopped);
            return map;
        }
        copy.filter(progress -> progress.stage() != Copy.Stage.GONE).ifPresent(progress -> {
            map.put(OffsetCodec.SNAPSHOT, progress.snapshotId());
            map.put(COPIED, progress.rows());
            if (!progress.keyAfter().isEmpty()) {
                map.put(OffsetCodec.KEY_AFTER, progress.keyAfter());
            }
        });
        return map;
    }

    private String state() {
        return stopped.isEmpty() ? copy.map(Copy::state).orElse(STREAMING_STATE) : STOPPED_STATE;
    }

    /**
     * Reads a map that Connect stored, or that a user sends; a user's may be {@linkplain BinlogRequest no more than a
     * place}.
     *
     * @throws InvalidOffset naming every fault of the map
     */
    public static BinlogOffset of(Map<String, ?> map) {
        if (!map.containsKey(OffsetCodec.FORMAT)) {
            return BinlogRequest.read(map);
        }
        OffsetEntries entries = new OffsetEntries(map);
        long format = entries.number(OffsetCodec.FORMAT);
        if (entries.isFaultless() && format != VERSION) {
            throw new InvalidOffset("Offset " + map + " has format " + format + "; this version of Tablecast reads "
                    + VERSION + ". Install the version that wrote it, or delete the offset to copy the table again.");
        }
        entries.oneOf(OffsetCodec.MODE, MODE);
        String state = entries.oneOf(
                OffsetCodec.STATE, STREAMING_STATE, COPYING_STATE, ENDING_STATE, GONE_STATE, STOPPED_STATE);
        boolean isPartial = entries.has(TRANSACTION);
        BinlogOffset offset = new BinlogOffset(
                entries.text(SYSTEM),
                entries.text(FILE),
                entries.number(POSITION),
                entries.text(GTIDS),
                isPartial ? entries.text(TRANSACTION) : "",
                isPartial ? entries.number(ROWS) : 0,
                entries.has(PREPARED_FILE)
                        ? Optional.of(new Prepared(entries.text(PREPARED_FILE), entries.number(PREPARED_POSITION)))
                        : Optional.empty(),
                copy(entries, state),
                entries.has(OffsetCodec.STRUCTURE) ? entries.text(OffsetCodec.STRUCTURE) : "",
                state.equals(STOPPED_STATE) ? entries.text(WHY_STOPPED) : "");
        entries.finish();
        return offset;
    }

    private static Optional<Copy> copy(OffsetEntries entries, String state) {
        return switch (state) {
            case COPYING_STATE -> Optional.of(copy(entries, Copy.Stage.READING));
            case ENDING_STATE -> Optional.of(copy(entries, Copy.Stage.ENDING));
            case GONE_STATE -> Optional.of(Copy.GONE);
            default -> Optional.empty();
        };
    }

    private static Copy copy(OffsetEntries entries, Copy.Stage stage) {
        return new Copy(
                entries.text(OffsetCodec.SNAPSHOT),
                entries.has(OffsetCodec.KEY_AFTER) ? entries.text(OffsetCodec.KEY_AFTER) : "",
                entries.number(COPIED),
                stage);
    }

    /** Where a transaction begins that is prepared. */
    public record Prepared(String file, long position) {
        public Prepared {
            requireNonNull(file, "file is null");
        }
    }

    /**
     * How far a copy is.
     *
     * @param keyAfter the key of the last row that was read, as the reader writes it; empty before the first
     * @param rows how many rows were sent
     */
    public record Copy(String snapshotId, String keyAfter, long rows, Stage stage) {

        /** Of a table that was dropped. */
        public static final Copy GONE = new Copy("", "", 0, Stage.GONE);

        public Copy {
            requireNonNull(snapshotId, "snapshotId is null");
            requireNonNull(keyAfter, "keyAfter is null");
            requireNonNull(stage, "stage is null");
        }

        /** Whether it was read from; as long as it was not, nobody can tell whether its beginning was sent. */
        public boolean hasProgress() {
            return !keyAfter.isEmpty() || stage == Stage.ENDING;
        }

        private String state() {
            return switch (stage) {
                case READING -> COPYING_STATE;
                case ENDING -> ENDING_STATE;
                case GONE -> GONE_STATE;
            };
        }

        /** What is left to do. */
        public enum Stage {
            READING,
            /** All rows are read, and no record has carried the end yet. */
            ENDING,
            /** The table was dropped: what has its name later is another one. */
            GONE
        }
    }
}
