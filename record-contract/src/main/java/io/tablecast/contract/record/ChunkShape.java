// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.CopyReader;
import io.tablecast.contract.type.PostgresType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** What all chunks of a snapshot have in common, made once of their {@link RowLayout}. */
final class ChunkShape {

    private static final Schema SOURCE = SchemaBuilder.struct()
            .field("ts_us", Schema.INT64_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("schema", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .field("sequence", Schema.STRING_SCHEMA)
            .build();

    private final RowLayout layout;
    private final List<ColumnReader> readers;
    private final EnvelopeWriter records;
    private final List<Field> fields;

    ChunkShape(RowLayout layout) {
        if (layout.format() != RowLayout.FORMAT) {
            throw new DataException("The record holds rows in format " + layout.format()
                    + " of snapshot.format=copy, and this version reads format " + RowLayout.FORMAT
                    + ". Update the sink's plugin, or set snapshot.format=records at the source.");
        }
        this.layout = layout;
        this.readers = layout.readers();
        List<RowField> columns = new ArrayList<>();
        readers.forEach(reader -> columns.add(new RowField(reader.column().name(), reader.fieldSchema())));
        this.records = new EnvelopeWriter(
                layout.table().toString(), columns, layout.key(), SOURCE, SchemaNames.NONE, Clock.systemUTC());
        this.fields = records.rowSchema().fields();
    }

    TableId table() {
        return layout.table();
    }

    List<PostgresType> sentTypes() {
        return readers.stream().map(ColumnReader::sentType).toList();
    }

    Schema rowSchema() {
        return records.rowSchema();
    }

    Optional<Struct> key(Struct row) {
        return records.keySchema().map(schemaIgnored -> records.key(row));
    }

    SourceInfo source(SnapshotRows rows) {
        Struct block = new Struct(SOURCE)
                .put("ts_us", rows.time())
                .put("db", layout.database())
                .put("schema", layout.table().schema())
                .put("table", layout.table().name())
                .put("sequence", new SnapshotOrdinal(rows.id(), rows.first()).sequence());
        return new SourceInfo(block, SourceInfo.Places.in(SOURCE));
    }

    /** The row that the reader stands on. */
    Struct decode(CopyReader row) {
        if (row.fieldCount() != fields.size()) {
            throw new DataException(
                    "A row has " + row.fieldCount() + " fields where its snapshot has " + fields.size());
        }
        Struct struct = new Struct(records.rowSchema());
        for (int i = 0; i < fields.size(); i++) {
            if (!row.isNull(i)) {
                struct.put(fields.get(i), readers.get(i).read(row.buffer(), row.offset(i), row.length(i)));
            }
        }
        return struct;
    }
}
