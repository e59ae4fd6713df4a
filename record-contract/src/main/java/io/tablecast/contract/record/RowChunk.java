// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.CopyReader;
import io.tablecast.contract.type.PostgresType;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Rows of a snapshot that one record holds in PostgreSQL's binary form. Immutable, but for the bytes, which nobody changes.
 */
public final class RowChunk {

    private final ChunkShape shape;
    private final SnapshotRows rows;
    private final byte[] data;

    RowChunk(ChunkShape shape, SnapshotRows rows, byte[] data) {
        this.shape = requireNonNull(shape, "shape is null");
        this.rows = requireNonNull(rows, "rows is null");
        this.data = requireNonNull(data, "data is null");
    }

    /** Which rows it holds. */
    public SnapshotRows rows() {
        return rows;
    }

    /** The rows as they came from the source, for a binary COPY without its header and trailer. */
    public byte[] data() {
        return data;
    }

    public TableId table() {
        return shape.table();
    }

    /** The types of the rows' fields as the source has sent them. */
    public List<PostgresType> sentTypes() {
        return shape.sentTypes();
    }

    /** The schema of the rows, as ordinary records would have it. */
    public Schema rowSchema() {
        return shape.rowSchema();
    }

    /** What ordinary records would say of their origin. */
    public SourceInfo source() {
        return shape.source(rows);
    }

    /** The key of a row, if the table has one. */
    public Optional<Struct> key(Struct row) {
        return shape.key(row);
    }

    /**
     * Takes the rows apart, in their order.
     *
     * @throws DataException when the bytes are not so many such rows, or a value does not fit its schema
     */
    public void forEach(Consumer<Struct> consumer) {
        CopyReader reader = CopyReader.ofRows(data);
        long count = 0;
        while (reader.next()) {
            consumer.accept(shape.decode(reader));
            count++;
        }
        if (count != rows.rows()) {
            throw new DataException(
                    "The record holds " + count + " rows of snapshot " + rows.id() + " where it says " + rows.rows());
        }
    }
}
