// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.type.CopyBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into a table by one binary COPY: the server takes the first ones in while the last are not encoded
 * yet. Closed before its end, it leaves a failed transaction or savepoint behind. Not thread-safe.
 */
final class RowStream implements AutoCloseable {

    private static final int CHUNK_BYTES = 64 * 1024;

    private final CopyIn copy;
    private final CopyBuffer buffer;

    /** Rows for a COPY that has begun, gathered in a buffer that nobody else uses meanwhile. */
    RowStream(CopyIn copy, CopyBuffer buffer) {
        this.copy = copy;
        this.buffer = buffer;
        buffer.reset();
        buffer.header();
    }

    /** Where one more row is to be appended. */
    CopyBuffer next() throws SQLException {
        if (buffer.length() >= CHUNK_BYTES) {
            send();
        }
        return buffer;
    }

    /** All rows are there. */
    void end() throws SQLException {
        buffer.trailer();
        send();
        copy.endCopy();
    }

    private void send() throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.length());
        buffer.reset();
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
