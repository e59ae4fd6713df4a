// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Deletes what a connector wrote into {@code run_log} and {@code record_error} long ago ({@code metadata.retention.ms}). The
 * last run of each table stays, and so does its last failure.
 */
public final class Retention {

    // So many rows at once that others wait for none of them for long.
    private static final int MOST_PER_STATEMENT = 10_000;

    private final MetadataSchema schema;
    private final String connector;
    private final Duration age;

    /**
     * Keeps entries for a while.
     *
     * @param age zero keeps them for ever
     */
    public Retention(MetadataSchema schema, String connector, Duration age) {
        this.schema = requireNonNull(schema, "schema is null");
        this.connector = requireNonNull(connector, "connector is null");
        this.age = requireNonNull(age, "age is null");
    }

    /** Deletes what is older, in transactions of its own. The connection has autocommit off. */
    public void apply(Connection connection) throws SQLException {
        if (age.isZero()) {
            return;
        }
        deleteAll(connection, """
                DELETE FROM %1$s WHERE id IN (
                    SELECT id FROM %1$s AS old
                    WHERE connector = ? AND finished_at < now() - make_interval(secs => ?)
                      AND EXISTS (
                          SELECT FROM %1$s AS newer
                          WHERE newer.table_schema = old.table_schema AND newer.table_name = old.table_name
                            AND newer.outcome = old.outcome AND newer.finished_at > old.finished_at)
                    LIMIT ? FOR UPDATE SKIP LOCKED)
                """.formatted(schema.runLog()));
        deleteAll(connection, """
                DELETE FROM %1$s WHERE id IN (
                    SELECT id FROM %1$s
                    WHERE connector = ? AND occurred_at < now() - make_interval(secs => ?)
                    LIMIT ? FOR UPDATE SKIP LOCKED)
                """.formatted(schema.recordError()));
    }

    private void deleteAll(Connection connection, String sql) throws SQLException {
        int deleted = MOST_PER_STATEMENT;
        while (deleted == MOST_PER_STATEMENT) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, connector);
                statement.setDouble(2, age.toMillis() / 1000.0);
                statement.setInt(3, MOST_PER_STATEMENT);
                deleted = statement.executeUpdate();
            }
            connection.commit();
        }
    }
}
