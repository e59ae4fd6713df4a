// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Encodes rows for the columns of one COPY. All of a COPY's data is binary if every column has a binary writer, else all of
 * it is text.
 */
final class RowEncoder {

    private final Schema schema;
    private final String[] names;
    private final ColumnWriter[] writers;
    private final boolean isBinary;

    private RowEncoder(Schema schema, String[] names, ColumnWriter[] writers) {
        this.schema = schema;
        this.names = names;
        this.writers = writers;
        this.isBinary = List.of(writers).stream().allMatch(ColumnWriter::isBinary);
    }

    /** An encoder for rows of the schema, whose fields are the table's columns in their order. */
    static RowEncoder create(Schema schema, DestinationTable table) {
        List<Field> fields = schema.fields();
        String[] names = new String[fields.size()];
        ColumnWriter[] writers = new ColumnWriter[fields.size()];
        for (Field field : fields) {
            DestinationColumn column = table.column(field)
                    .orElseThrow(() -> new DataException("The rows of the snapshot have a field \"" + field.name()
                            + "\" that its first ones had not"));
            names[field.index()] = field.name();
            writers[field.index()] = ColumnWriter.create(field.schema(), column.typed());
        }
        return new RowEncoder(schema, names, writers);
    }

    boolean isBinary() {
        return isBinary;
    }

    /**
     * An encoder for rows of another schema into the same COPY: this one if the schema is the same.
     *
     * @throws DataException if such rows do not fit the COPY that has begun
     */
    RowEncoder adaptedTo(Schema other, DestinationTable table) {
        if (other == schema) {
            return this;
        }
        if (other.equals(schema)) {
            return new RowEncoder(other, names, writers);
        }
        RowEncoder adapted = create(other, table);
        if (!List.of(adapted.names).equals(List.of(names)) || adapted.isBinary != isBinary) {
            throw new DataException("The rows of the snapshot change their fields from " + List.of(names) + " to "
                    + List.of(adapted.names) + " in its middle");
        }
        return adapted;
    }

    void encode(Struct row, CopyBuffer out) {
        if (isBinary) {
            encodeBinary(row, out);
            return;
        }
        encodeText(row, out);
    }

    // getWithoutDefault: a field's default must not take the place of NULL.
    private void encodeBinary(Struct row, CopyBuffer out) {
        out.beginTuple(writers.length);
        for (int i = 0; i < writers.length; i++) {
            writers[i].write(row.getWithoutDefault(names[i]), out);
        }
    }

    private void encodeText(Struct row, CopyBuffer out) {
        for (int i = 0; i < writers.length; i++) {
            if (i > 0) {
                out.textDelimiter();
            }
            writers[i].writeText(row.getWithoutDefault(names[i]), out);
        }
        out.textEndOfRow();
    }
}
