// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.RowDecoder;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * The rows of a table of PostgreSQL.
 *
 * @param condition which rows, in SQL
 * @param quotedFirstKey the first key column, when it is a whole number
 */
record DecodedPostgresRows(Connection connection, SourceTable table, String condition, Optional<String> quotedFirstKey)
        implements DecodedRows {

    @Override
    public Schema schema() {
        return table.envelopes().rowSchema();
    }

    @Override
    public void read(Collection<Long> firstKeys, Consumer<Struct> handler) throws SQLException {
        String wanted = firstKeys.isEmpty()
                ? ""
                : " AND " + quotedFirstKey.orElseThrow() + " IN ("
                        + firstKeys.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")";
        RowDecoder decoder = new RowDecoder(table);
        try {
            BinaryCopy.read(
                    connection,
                    table.query() + " AND " + condition + wanted,
                    (CopyReader row, int bytes) -> handler.accept(decoder.decode(row, 0)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Comparing was interrupted", e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
