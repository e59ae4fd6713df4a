// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.util.Objects.requireNonNull;

import com.github.shyiko.mysql.binlog.event.EventType;
import io.tablecast.source.mysql.type.BinlogBytes;

/**
 * The rows that one statement wrote into one table.
 *
 * @param table the number of the table, which the TABLE_MAP event before gave it
 * @param rows stands before the first row
 */
public record RowsEvent(Kind kind, long table, BinlogBytes rows) {

    private static final int FLAGS = 2;

    public RowsEvent {
        requireNonNull(kind, "kind is null");
        requireNonNull(rows, "rows is null");
    }

    /** The number of the table, without reading more. */
    public static long table(byte[] event) {
        return new BinlogBytes(event).littleEndian(6);
    }

    /**
     * Reads the head of an event.
     *
     * @param columns how many columns the table has
     * @throws UnreadableTableException when rows are not written whole
     */
    public static RowsEvent of(EventType type, byte[] event, int columns) {
        BinlogBytes in = new BinlogBytes(event);
        long table = in.littleEndian(6);
        in.skip(FLAGS);
        Kind kind = kind(type);
        if (hasExtraData(type)) {
            in.skip((int) in.littleEndian(2) - 2);
        }
        int count = (int) in.packed();
        if (count != columns) {
            throw new UnreadableTableException("A row event has " + count + " columns where its table has " + columns);
        }
        requireAll(in.bits(count));
        if (kind == Kind.UPDATE) {
            requireAll(in.bits(count));
        }
        return new RowsEvent(kind, table, in);
    }

    /** Whether events of the type hold rows. */
    public static boolean isOne(EventType type) {
        return switch (type) {
            case WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS, EXT_WRITE_ROWS, EXT_UPDATE_ROWS, EXT_DELETE_ROWS -> true;
            default -> false;
        };
    }

    private static void requireAll(boolean[] present) {
        for (boolean column : present) {
            if (!column) {
                throw new UnreadableTableException("A row was written with binlog_row_image other than FULL, so that"
                        + " some of its values are not known. Set binlog_row_image=FULL, also in the sessions of the"
                        + " applications.");
            }
        }
    }

    private static boolean hasExtraData(EventType type) {
        return switch (type) {
            case EXT_WRITE_ROWS, EXT_UPDATE_ROWS, EXT_DELETE_ROWS -> true;
            default -> false;
        };
    }

    private static Kind kind(EventType type) {
        return switch (type) {
            case WRITE_ROWS, EXT_WRITE_ROWS -> Kind.INSERT;
            case UPDATE_ROWS, EXT_UPDATE_ROWS -> Kind.UPDATE;
            default -> Kind.DELETE;
        };
    }

    /** What was done to the rows. Each row of an update is two: before and after. */
    public enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }
}
