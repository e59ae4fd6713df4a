// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;

/** Snapshots of {@link Orders}, as a source sends them: row n has the id n, the code {@code row n} and the amount n. */
final class Snapshots {

    private final Orders orders;
    private final String key;

    Snapshots(Orders orders) {
        this(orders, "id");
    }

    /** The same of a table with another key. */
    Snapshots(Orders orders, String key) {
        this.orders = orders;
        this.key = key;
    }

    /** A snapshot from begin to end. */
    void whole(String id, String mode, int rows) {
        if (rows == 0) {
            send(begin(id, mode, false, List.of()).end(new SnapshotEnd(id, 0)));
            return;
        }
        begin(id, mode);
        lastRows(id, 1, rows);
    }

    void begin(String id, String mode) {
        send(begin(id, mode, false, List.of()));
    }

    /** The begin of a snapshot with changes among its rows. */
    void beginInterleaved(String id) {
        send(begin(id, "binlog", true, List.of()));
    }

    /** The same with headers of its own. */
    void beginInterleaved(String id, RecordHeaders headers) {
        send(headers.begin(marker(id, "binlog", true, List.of())));
    }

    /** Both markers on one record. */
    void emptyInterleaved(String id) {
        send(begin(id, "binlog", true, List.of()).end(new SnapshotEnd(id, 0)));
    }

    /** The same for a record that is a change. */
    Headers beginAndEnd(String id) {
        return begin(id, "binlog", true, List.of()).end(new SnapshotEnd(id, 0)).headers();
    }

    void rows(String id, int from, int to) {
        for (int ordinal = from; ordinal <= to; ordinal++) {
            row(id, ordinal, ordinal, "row " + ordinal, new ConnectHeaders());
        }
    }

    /** Rows of which the last carries the end. */
    void lastRows(String id, int from, int to) {
        rows(id, from, to - 1);
        row(id, to, to, "row " + to, end(id, to));
    }

    void row(String id, long ordinal, long key, String code, Headers headers) {
        Struct row = orders.row(key, code, (int) key);
        Struct source = orders.source().put("sequence", new SnapshotOrdinal(id, ordinal).sequence());
        orders.send(orders.writer().key(row), orders.writer().read(row, source), headers);
    }

    /** The end on a record that empties nothing, of a table that is empty. */
    void endOfEmpty(String id) {
        endOfEmpty(id, new RecordHeaders());
    }

    /** The same with headers of its own. */
    void endOfEmpty(String id, RecordHeaders headers) {
        send(headers.end(new SnapshotEnd(id, 0)));
    }

    static Headers end(String id, long rows) {
        return new RecordHeaders().end(new SnapshotEnd(id, rows)).headers();
    }

    /** A range that is read again: its first row carries the begin, its last one the end. */
    void range(String id, SnapshotBegin.Range range, long from, long to, String code) {
        for (long key = from; key <= to; key++) {
            RecordHeaders headers = key == from ? begin(id, "incremental", false, List.of(range)) : new RecordHeaders();
            if (key == to) {
                headers.end(new SnapshotEnd(id, to - from + 1));
            }
            row(id, key - from + 1, key, code, headers.headers());
        }
    }

    private void send(RecordHeaders headers) {
        orders.send(null, orders.writer().emptied(orders.source()), headers.headers());
    }

    private RecordHeaders begin(String id, String mode, boolean interleaved, List<SnapshotBegin.Range> ranges) {
        return new RecordHeaders().begin(marker(id, mode, interleaved, ranges));
    }

    private SnapshotBegin marker(String id, String mode, boolean interleaved, List<SnapshotBegin.Range> ranges) {
        TableStructure structure = new TableStructure(
                new TableId("shop", orders.table()),
                TableStructure.DatabaseKind.POSTGRESQL,
                orders.writer().rowSchema().fields().stream()
                        .map(Snapshots::column)
                        .toList(),
                List.of(key),
                List.of(new Index(
                        orders.table() + "_pkey",
                        key.equals("id") ? Index.Kind.PRIMARY : Index.Kind.UNIQUE,
                        false,
                        false,
                        List.of(key),
                        List.of(key),
                        "")),
                List.of(),
                List.of(),
                "");
        return new SnapshotBegin(id, mode, interleaved, structure, ranges);
    }

    private static Column column(Field field) {
        return Column.of(
                field.name(),
                field.schema().parameters().get("tablecast.column.type"),
                field.schema().isOptional() ? Column.Nullability.NULLABLE : Column.Nullability.NOT_NULL);
    }
}
