// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.postgres.SourceTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Makes record keys of queue rows, whose source row may be gone. Immutable. */
record RecordKey(Schema schema, List<Part> parts) {

    RecordKey {
        requireNonNull(schema, "schema is null");
        parts = List.copyOf(parts);
    }

    /** @throws IllegalStateException when the table has no key */
    static RecordKey of(SourceTable table) {
        List<Part> parts = new ArrayList<>();
        List<Column> columns = table.structure().columns();
        List<String> names = columns.stream().map(Column::name).toList();
        for (String name : table.key().columns()) {
            int index = names.indexOf(name);
            parts.add(new Part(
                    name, columns.get(index).nullable(), table.readers().get(index)));
        }
        Schema schema =
                table.envelopes().keySchema().orElseThrow(() -> new IllegalStateException(table.id() + " has no key"));
        return new RecordKey(schema, parts);
    }

    /** @param firstField where the key's columns begin among the query's */
    Struct decode(CopyReader row, int firstField) {
        Struct key = new Struct(schema);
        for (int i = 0; i < parts.size(); i++) {
            int length = row.length(firstField + i);
            if (length >= 0) {
                key.put(
                        schema.fields().get(i),
                        parts.get(i).reader().read(row.buffer(), row.offset(firstField + i), length));
            }
        }
        return key;
    }

    /** A column of the key. */
    record Part(String name, boolean isNullable, ColumnReader reader) {
        Part {
            requireNonNull(name, "name is null");
            requireNonNull(reader, "reader is null");
        }
    }
}
