// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.DestinationTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The one COPY of a load. Its rows are frozen: also readers whose snapshot is older than the load see them, once they find
 * the table. PostgreSQL freezes rows only of a table that was created in the same transaction.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, FREEZE</a>
 */
final class RowCopy {

    private static final int PIECE_BYTES = 64 * 1024;

    private final Connection connection;
    private final DestinationTable table;
    private final RowQueue queue;
    private RowEncoder encoder;
    private long lastOrdinal = LoadRow.NO_ORDINAL;
    private long repeats;
    private final AtomicLong rows = new AtomicLong();

    /**
     * A copy of rows of the schema.
     *
     * @param table the table that was just created for them
     */
    RowCopy(Connection connection, DestinationTable table, Schema schema, RowQueue queue) {
        this.connection = connection;
        this.table = table;
        this.queue = queue;
        this.encoder = RowEncoder.create(schema, table);
    }

    /** Copies rows from the queue until it ends. */
    void run() throws SQLException, InterruptedException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement());
        try {
            CopyBuffer buffer = new CopyBuffer(2 * PIECE_BYTES);
            if (encoder.isBinary()) {
                buffer.header();
            }
            List<LoadRow> batch = queue.take();
            while (!batch.isEmpty()) {
                write(batch, buffer, copy);
                batch = queue.take();
            }
            if (encoder.isBinary()) {
                buffer.trailer();
            }
            send(buffer, copy);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** How many rows were copied so far. */
    long rows() {
        return rows.get();
    }

    /** How many rows came a second time. */
    long repeats() {
        return repeats;
    }

    private String statement() {
        String columns = table.columns().stream()
                .map(column -> Identifiers.quote(column.name()))
                .collect(Collectors.joining(", "));
        return "COPY " + Identifiers.quote(table.id()) + " (" + columns + ") FROM STDIN WITH (FREEZE, FORMAT "
                + (encoder.isBinary() ? "binary" : "text") + ", ENCODING 'UTF8')";
    }

    private void write(List<LoadRow> batch, CopyBuffer buffer, CopyIn copy) throws SQLException {
        long bytes = 0;
        long copied = 0;
        for (LoadRow row : batch) {
            if (isRepeat(row)) {
                repeats++;
                continue;
            }
            int start = buffer.length();
            encode(row, buffer);
            bytes += buffer.length() - start;
            copied++;
            if (buffer.length() >= PIECE_BYTES) {
                send(buffer, copy);
            }
        }
        rows.addAndGet(copied);
        if (copied > 0) {
            queue.measured(bytes / copied);
        }
    }

    private boolean isRepeat(LoadRow row) {
        if (row.ordinal() == LoadRow.NO_ORDINAL) {
            return false;
        }
        if (row.ordinal() <= lastOrdinal) {
            return true;
        }
        lastOrdinal = row.ordinal();
        return false;
    }

    private void encode(LoadRow row, CopyBuffer buffer) {
        try {
            encoder = encoder.adaptedTo(row.values().schema(), table);
            encoder.encode(row.values(), buffer);
        } catch (DataException e) {
            throw new DataException(
                    "row " + row.ordinal() + " of the snapshot (offset " + row.offset() + "): " + e.getMessage(), e);
        }
    }

    private static void send(CopyBuffer buffer, CopyIn copy) throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.length());
        buffer.reset();
    }
}
