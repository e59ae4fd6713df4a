// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.ChunkReader;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowLayout;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotRows;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.contract.type.BuiltInTypes;
import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.contract.type.TypeModes;
import io.tablecast.contract.type.TypedColumn;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Snapshots of a table {@code shop.orders (id bigint, code varchar(10), amount integer)} in binary form, as a source sends
 * them: row n has the id n, the code {@code row n} and the amount n.
 */
final class Chunks {

    private static final TableId TABLE = new TableId("shop", "orders");
    private static final List<TypedColumn> COLUMNS = List.of(
            column("id", "bigint", Column.Nullability.NOT_NULL),
            column("code", "character varying(10)", Column.Nullability.NULLABLE),
            column("amount", "integer", Column.Nullability.NULLABLE));

    private final TopicLog log;
    private final List<ColumnReader> readers = COLUMNS.stream()
            .map(column -> ColumnReader.create(column, TypeModes.DEFAULT))
            .toList();
    private final RowLayout layout = RowLayout.of("erp", TABLE, readers, List.of("id"), TypeModes.DEFAULT);

    Chunks(TopicLog log) {
        this.log = log;
    }

    RowLayout layout() {
        return layout;
    }

    /** A snapshot from begin to end, so many rows to a record. */
    void whole(String id, int rows, int perChunk) {
        if (rows == 0) {
            send(begun(id).end(new SnapshotEnd(id, 0)), id, 1, 0, "row ");
            return;
        }
        begin(id);
        for (int first = 1; first <= rows; first += perChunk) {
            int last = Math.min(rows, first + perChunk - 1);
            if (last == rows) {
                last(id, first, last);
            } else {
                rows(id, first, last);
            }
        }
    }

    void begin(String id) {
        send(begun(id), id, 1, 0, "row ");
    }

    /** The rows from one to another in one record. */
    void rows(String id, int first, int last) {
        send(new RecordHeaders(), id, first, last, "row ");
    }

    /** The same with other codes. */
    void rows(String id, int first, int last, String code) {
        send(new RecordHeaders(), id, first, last, code);
    }

    /** The last rows, with the end. */
    void last(String id, int first, int last) {
        send(new RecordHeaders().end(new SnapshotEnd(id, last)), id, first, last, "row ");
    }

    private RecordHeaders begun(String id) {
        TableStructure structure = new TableStructure(
                TABLE,
                TableStructure.DatabaseKind.POSTGRESQL,
                COLUMNS.stream()
                        .map(column -> Column.of(
                                column.name(),
                                column.type().name(),
                                column.nullable() ? Column.Nullability.NULLABLE : Column.Nullability.NOT_NULL))
                        .toList(),
                List.of("id"),
                List.of(new Index("orders_pkey", Index.Kind.PRIMARY, false, false, List.of("id"), List.of("id"), "")),
                List.of(),
                List.of(),
                "");
        return new RecordHeaders().begin(SnapshotBegin.ofTable(id, "snapshot", structure));
    }

    private void send(RecordHeaders headers, String id, int first, int last, String code) {
        int rows = last - first + 1;
        send(
                headers,
                new SnapshotRows(id, first, Math.max(0, rows), Instant.now().toEpochMilli() * 1000),
                code,
                rows);
    }

    private void send(RecordHeaders headers, SnapshotRows rows, String code, int count) {
        sendAs(layout, headers, rows, encoded(rows.first(), count, number -> code + number));
    }

    /** A record that says what it likes of its rows. */
    void sendAs(RowLayout said, RecordHeaders headers, SnapshotRows rows, byte[] data) {
        headers.layout(RecordHeaders.encoded(said)).rows(rows);
        log.send(null, null, ChunkReader.SCHEMA, data, headers.headers());
    }

    /** Rows in binary form. */
    byte[] encoded(long first, int count, LongFunction<String> code) {
        CopyBuffer buffer = new CopyBuffer();
        for (long number = first; number < first + count; number++) {
            buffer.beginTuple(COLUMNS.size());
            write(0, number, buffer);
            write(1, code.apply(number), buffer);
            write(2, (int) number, buffer);
        }
        return buffer.toByteArray();
    }

    private void write(int column, Object value, CopyBuffer buffer) {
        // As a server would send it whose column is longer.
        TypedColumn sent = column == 1 ? column("code", "text", Column.Nullability.NULLABLE) : COLUMNS.get(column);
        ColumnWriter.create(readers.get(column).fieldSchema(), sent).write(value, buffer);
    }

    private static TypedColumn column(String name, String type, Column.Nullability nullability) {
        return new TypedColumn(
                name, BuiltInTypes.named(type).orElseThrow(), nullability == Column.Nullability.NULLABLE);
    }
}
