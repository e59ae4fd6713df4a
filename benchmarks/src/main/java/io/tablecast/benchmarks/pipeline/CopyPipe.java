// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * The shortest way from one PostgreSQL to another: a binary COPY out of the table, piped into a binary COPY into a new
 * one, which then gets the same indexes and an ANALYZE, all in one transaction. One thread reads, one writes.
 */
record CopyPipe(SourceDatabase source, Database destination) {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int CHUNKS = 64;
    /** Stands behind the last chunk. */
    private static final byte[] END = new byte[0];

    /** From before the first read until after the commit. */
    Duration run() {
        destination.execute("CREATE SCHEMA shop");
        BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS);
        long start = System.nanoTime();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> read(chunks));
        try (Connection connection = destination.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(OrdersTable.COLUMNS);
            write(connection, chunks);
            reading.join();
            for (String index : OrdersTable.INDEXES) {
                statement.execute(index);
            }
            statement.execute("ANALYZE shop.orders");
            connection.commit();
            return Duration.ofNanos(System.nanoTime() - start);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot copy into " + destination, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while copying into " + destination, e);
        }
    }

    private void read(BlockingQueue<byte[]> chunks) {
        try {
            try (Connection connection = source.connection()) {
                read(connection, chunks);
            } finally {
                // Also behind a failure, so that the writer does not wait for more.
                chunks.put(END);
            }
        } catch (SQLException e) {
            throw new CompletionException("Cannot read shop.orders", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException("Interrupted while reading shop.orders", e);
        }
    }

    private static void read(Connection connection, BlockingQueue<byte[]> chunks)
            throws SQLException, InterruptedException {
        CopyOut rows = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY shop.orders TO STDOUT (FORMAT binary)");
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
        for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
            chunk.writeBytes(row);
            if (chunk.size() >= CHUNK_BYTES) {
                chunks.put(chunk.toByteArray());
                chunk.reset();
            }
        }
        chunks.put(chunk.toByteArray());
    }

    private static void write(Connection connection, BlockingQueue<byte[]> chunks)
            throws SQLException, InterruptedException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY shop.orders FROM STDIN (FORMAT binary, FREEZE)");
        for (byte[] chunk = chunks.take(); chunk != END; chunk = chunks.take()) {
            copy.writeToCopy(chunk, 0, chunk.length);
        }
        copy.endCopy();
    }
}
