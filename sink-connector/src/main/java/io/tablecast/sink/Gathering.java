// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Change;
import io.tablecast.sink.apply.RowSize;
import io.tablecast.sink.snapshot.StagedTable;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** Puts the changes of records into the next flush. For the task's thread. */
final class Gathering {

    static final long SMALL_RECORD = 64;
    // Rows as objects against their binary form.
    private static final long ROW_FACTOR = 4;

    private final NextFlush next;
    private final Reports reports;

    Gathering(NextFlush next, Reports reports) {
        this.next = next;
        this.reports = reports;
    }

    /** Adds a change to the tables of its route and returns its size in bytes, roughly. */
    long add(Route route, Change change, RecordReader.Reading reading, SinkRecord sinkRecord) {
        long size = SMALL_RECORD;
        for (TableId table : route.followers()) {
            restructure(table, change, reading, sinkRecord);
        }
        for (TableId table : route.tables()) {
            size = add(table, change, reading, sinkRecord);
        }
        for (StagedTable stage : route.stages()) {
            next.flush().stage(stage);
            size = add(stage.id(), change, reading, sinkRecord);
        }
        return size;
    }

    private long add(TableId table, Change change, RecordReader.Reading reading, SinkRecord sinkRecord) {
        restructure(table, change, reading, sinkRecord);
        if (change instanceof Change.Rows rows) {
            rows.writes().forEach(write -> gather(table, write, reading.source()));
            return ROW_FACTOR * rows.chunk().data().length;
        }
        gather(table, change, reading.source());
        return change instanceof Change.Write write ? RowSize.of(write.row()) : SMALL_RECORD;
    }

    private void restructure(TableId table, Change change, RecordReader.Reading reading, SinkRecord sinkRecord) {
        announced(change, sinkRecord).ifPresent(announced -> gather(table, announced, reading.source()));
    }

    /** What the record says of columns that were changed before it. */
    static Optional<Change.Restructure> announced(Change change, SinkRecord sinkRecord) {
        List<SchemaChange> changes = RecordHeaders.schemaChanges(sinkRecord.headers());
        return changes.isEmpty()
                ? Optional.empty()
                : rowSchema(change, sinkRecord).map(row -> new Change.Restructure(change.origin(), changes, row));
    }

    // The first record after a change of columns may be a delete or a truncate, whose schema tells of rows all the
    // same.
    private static Optional<Schema> rowSchema(Change change, SinkRecord sinkRecord) {
        if (change instanceof Change.Write write) {
            return Optional.of(write.row().schema());
        }
        return Optional.ofNullable(sinkRecord.valueSchema())
                .filter(schema -> schema.type() == Schema.Type.STRUCT)
                .map(schema -> schema.field("after"))
                .map(Field::schema);
    }

    private void gather(TableId table, Change change, SourceInfo source) {
        if (next.flush().add(table, change, source) && next.flush().tableIds().contains(table)) {
            reports.gathering(table, source);
        }
    }
}
