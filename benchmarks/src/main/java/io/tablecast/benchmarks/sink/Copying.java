// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.testing.Database;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * The driver alone, without Kafka: rows that are ready as data of a binary COPY go into a staging table, and from there by
 * ON CONFLICT into the table, as many to a transaction as Tablecast's sink takes by default.
 */
final class Copying {
    static final String NAME = "pgjdbc alone, rows ready for COPY";
    private static final int BATCH = 20_000;
    private static final int HEADER_BYTES = 19;
    private static final byte[] TRAILER = {(byte) 0xff, (byte) 0xff};

    private final Orders orders;

    Copying(Orders orders) {
        this.orders = orders;
    }

    /** Updates all rows, and returns the time for those after the warm-up. */
    Duration run(Database database, long warmUp) throws SQLException {
        List<byte[]> batches = ready(database);
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE TEMP TABLE staging (LIKE shop.orders) ON COMMIT DELETE ROWS");
            connection.commit();
            int first = Math.toIntExact(warmUp / BATCH);
            long start = System.nanoTime();
            for (int i = 0; i < batches.size(); i++) {
                if (i == first) {
                    start = System.nanoTime();
                }
                write(connection, statement, batches.get(i));
            }
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    private static void write(Connection connection, Statement statement, byte[] batch) throws SQLException {
        CopyIn copy = copies(connection).copyIn("COPY staging FROM STDIN (FORMAT binary)");
        copy.writeToCopy(batch, 0, batch.length);
        copy.endCopy();
        statement.executeUpdate("""
                INSERT INTO shop.orders SELECT * FROM staging ORDER BY id ON CONFLICT (id) DO UPDATE SET
                  customer_id = excluded.customer_id, status = excluded.status, amount = excluded.amount,
                  note = excluded.note, gift = excluded.gift, attributes = excluded.attributes,
                  weight = excluded.weight, created_at = excluded.created_at, updated_at = excluded.updated_at""");
        connection.commit();
    }

    /** The rows as PostgreSQL itself writes them. */
    private List<byte[]> ready(Database database) throws SQLException {
        List<byte[]> batches = new ArrayList<>();
        try (Connection connection = database.connection()) {
            CopyOut copy = copies(connection).copyOut("COPY (" + orders.updated() + ") TO STDOUT (FORMAT binary)");
            byte[] message = copy.readFromCopy();
            byte[] header = java.util.Arrays.copyOf(message, HEADER_BYTES);
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            batch.write(message, 0, message.length);
            int rows = message.length > HEADER_BYTES ? 1 : 0;
            for (message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
                if (rows == BATCH || message.length == TRAILER.length) {
                    batch.writeBytes(TRAILER);
                    batches.add(batch.toByteArray());
                    batch.reset();
                    batch.writeBytes(header);
                    rows = 0;
                }
                batch.writeBytes(message);
                rows++;
            }
        }
        return batches;
    }

    private static CopyManager copies(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }
}
