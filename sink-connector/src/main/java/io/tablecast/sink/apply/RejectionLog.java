// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.metadata.MetadataSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** The table {@code record_error}: what was put aside, written in the transaction that leaves it out. */
final class RejectionLog {

    private final MetadataSchema schema;
    private final String connector;

    RejectionLog(MetadataSchema schema, String connector) {
        this.schema = requireNonNull(schema, "schema is null");
        this.connector = requireNonNull(connector, "connector is null");
    }

    void write(Connection connection, List<Rejection> rejections) throws SQLException {
        String sql = """
                INSERT INTO %s (connector, topic, partition, record_offset, table_schema, table_name, record_key,
                                column_name, sqlstate, message)
                VALUES (?, ?, ?, ?, nullif(?, ''), ?, ?, nullif(?, ''), nullif(?, ''), ?)
                """.formatted(schema.recordError());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Rejection rejection : rejections) {
                statement.setString(1, connector);
                statement.setString(2, rejection.origin().partition().topic());
                statement.setInt(3, rejection.origin().partition().partition());
                statement.setLong(4, rejection.origin().offset());
                statement.setString(5, rejection.table().schema());
                statement.setString(6, rejection.table().name());
                statement.setString(7, rejection.key());
                statement.setString(8, rejection.column());
                statement.setString(9, rejection.sqlState());
                statement.setString(10, withoutNul(rejection.reason()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    // PostgreSQL's texts cannot hold it, and it may be what the record was refused for.
    private static String withoutNul(String text) {
        return text.replace("\0", "\\0");
    }
}
