// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What a partitioned table is partitioned by.
 *
 * @param columns without expressions
 * @param hasExpressions whether it is also partitioned by what is computed from columns
 * @see <a href="https://www.postgresql.org/docs/current/ddl-partitioning.html">Limitations of partitioned tables</a>
 */
public record PartitionKey(DestinationTable table, List<String> columns, boolean hasExpressions) {

    public PartitionKey {
        requireNonNull(table, "table is null");
        columns = List.copyOf(columns);
    }

    /** The key of a partitioned table. */
    public static PartitionKey of(Connection connection, DestinationTable table) throws SQLException {
        String sql = """
                SELECT ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                             WHERE a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[])),
                       0 = ANY (p.partattrs::int2[])
                FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = ?::oid
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, table.oid());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return new PartitionKey(
                        table, List.of((String[]) rows.getArray(1).getArray()), rows.getBoolean(2));
            }
        }
    }

    /**
     * Requires that a row's key tells its partition: else no unique index covers the key, and the row of a key would have
     * to be sought in all partitions.
     */
    public void requireWithin(List<String> keyColumns) {
        if (hasExpressions || !keyColumns.containsAll(columns)) {
            throw new StructureMismatch(
                    table.id(),
                    "it is partitioned by " + (hasExpressions ? "an expression" : columns)
                            + ", which the key of its records " + keyColumns + " does not hold",
                    "Partition it by columns of the key, have the key hold those columns (key.columns at the source), or"
                            + " set apply.mode=append.");
        }
    }
}
