// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.source.mysql.MySqlRows;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** The rows of a table of MySQL or MariaDB. */
record DecodedMySqlRows(MySqlRows rows, Schema schema, ChosenControls controls) implements DecodedRows {

    @Override
    public void read(SoughtRows sought, Consumer<Struct> handler) throws SQLException {
        try {
            rows.read(
                    new MySqlRows.Chosen(
                            controls.from(), controls.to(), controls.last(), sought.columns(), sought.rows()),
                    handler::accept);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Comparing was interrupted", e);
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
