// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;

/**
 * Reads records that hold many rows of a snapshot in PostgreSQL's binary form. What they have in common is examined once.
 * For use by one thread.
 */
public final class ChunkReader {

    /** The schema of their values. */
    public static final Schema SCHEMA = Schema.BYTES_SCHEMA;

    private String lastLayout = "";
    private ChunkShape lastShape;

    /** Whether the record is one of them. */
    public static boolean isChunk(ConnectRecord<?> connectRecord) {
        return connectRecord.headers().lastWithName(RecordHeaders.SNAPSHOT_ROWS) != null;
    }

    /**
     * The rows of such a record.
     *
     * @throws DataException when it cannot be read
     */
    public RowChunk read(ConnectRecord<?> connectRecord) {
        SnapshotRows rows = RecordHeaders.rows(connectRecord.headers()).orElseThrow();
        Optional<String> layout = RecordHeaders.layoutText(connectRecord.headers());
        if (layout.isEmpty()) {
            throw new DataException("The record holds rows of a snapshot, and a transform has taken away its header "
                    + RecordHeaders.SNAPSHOT_LAYOUT + ", which says what they are like");
        }
        if (!layout.get().equals(lastLayout)) {
            lastShape = new ChunkShape(RecordHeaders.decodedLayout(layout.get()));
            lastLayout = layout.get();
        }
        return new RowChunk(lastShape, rows, bytes(connectRecord.value()));
    }

    // JSON without schemas has texts in the place of bytes.
    private static byte[] bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (value instanceof String text) {
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw unreadable("a text that is not base64", e);
            }
        }
        throw unreadable(value == null ? "null" : "a " + value.getClass().getSimpleName(), null);
    }

    private static DataException unreadable(String what, Exception cause) {
        return new DataException(
                "The record should hold rows of a snapshot in binary form (snapshot.format=copy), and its value is "
                        + what + ". Use the same converter on both sides and no transforms for topics of copies.",
                cause);
    }
}
