// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.DestinationTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one COPY of a load. Its rows are frozen: also readers whose snapshot is older than the load see them, once they find
 * the table. PostgreSQL freezes rows only of a table that was created in the same transaction.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, FREEZE</a>
 */
final class RowCopy {

    private static final Logger LOG = LoggerFactory.getLogger(RowCopy.class);

    private static final int PIECE_BYTES = 64 * 1024;

    private final Connection connection;
    private final DestinationTable table;
    private final RowQueue queue;
    private RowEncoder encoder;
    private boolean isAsSent;
    private Optional<String> remark = Optional.empty();
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
        List<LoadPiece> batch = queue.take();
        chooseForm(batch);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement());
        try {
            CopyBuffer buffer = new CopyBuffer(2 * PIECE_BYTES);
            if (isBinary()) {
                buffer.header();
            }
            while (!batch.isEmpty()) {
                write(batch, buffer, copy);
                batch = queue.take();
            }
            if (isBinary()) {
                buffer.trailer();
            }
            send(buffer, copy);
            requireAll(copy.endCopy());
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

    /** What is worth telling of how they were copied. */
    Optional<String> remark() {
        return remark;
    }

    // All of a snapshot's records have one form; its first rows tell which.
    private void chooseForm(List<LoadPiece> first) {
        if (first.isEmpty() || !(first.get(0) instanceof LoadChunk chunk)) {
            return;
        }
        Optional<String> obstacle = BinaryFit.obstacle(chunk.chunk(), table);
        isAsSent = obstacle.isEmpty();
        remark = obstacle.map(reason -> "rows in binary form were taken apart, which is slower: " + reason);
        remark.ifPresent(text -> LOG.info("Loading {}: {}", table.id(), text));
    }

    private boolean isBinary() {
        return isAsSent || encoder.isBinary();
    }

    private void requireAll(long written) {
        if (written != rows.get()) {
            throw new DataException(
                    "The server has copied " + written + " rows of the snapshot where its records say " + rows.get());
        }
    }

    private String statement() {
        String columns = table.columns().stream()
                .map(column -> Identifiers.quote(column.name()))
                .collect(Collectors.joining(", "));
        return "COPY " + Identifiers.quote(table.id()) + " (" + columns + ") FROM STDIN WITH (FREEZE, FORMAT "
                + (isBinary() ? "binary" : "text") + ", ENCODING 'UTF8')";
    }

    private void write(List<LoadPiece> batch, CopyBuffer buffer, CopyIn copy) throws SQLException {
        long bytes = 0;
        long copied = 0;
        for (LoadPiece piece : batch) {
            if (piece instanceof LoadChunk chunk) {
                write(chunk, buffer, copy);
            } else if (piece instanceof LoadRow row && isNew(row.ordinal(), 1)) {
                bytes += write(row, buffer, copy);
                copied++;
            }
        }
        rows.addAndGet(copied);
        if (copied > 0) {
            queue.measured(bytes / copied);
        }
    }

    private int write(LoadRow row, CopyBuffer buffer, CopyIn copy) throws SQLException {
        int start = buffer.length();
        encode(row, buffer);
        int length = buffer.length() - start;
        if (buffer.length() >= PIECE_BYTES) {
            send(buffer, copy);
        }
        return length;
    }

    private void write(LoadChunk chunk, CopyBuffer buffer, CopyIn copy) throws SQLException {
        if (!isNew(chunk.firstOrdinal(), chunk.rows())) {
            return;
        }
        if (isAsSent) {
            send(buffer, copy);
            copy.writeToCopy(chunk.chunk().data(), 0, chunk.bytes());
        } else {
            List<LoadRow> apart = new ArrayList<>();
            chunk.chunk()
                    .forEach(row -> apart.add(new LoadRow(row, chunk.firstOrdinal() + apart.size(), chunk.offset())));
            for (LoadRow row : apart) {
                var unusedLength = write(row, buffer, copy);
            }
        }
        rows.addAndGet(chunk.rows());
    }

    /** Whether rows have not come before; they count from now on. */
    private boolean isNew(long firstOrdinal, long count) {
        if (firstOrdinal == LoadRow.NO_ORDINAL) {
            return true;
        }
        if (firstOrdinal <= lastOrdinal) {
            repeats += count;
            return false;
        }
        lastOrdinal = firstOrdinal + count - 1;
        return true;
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
