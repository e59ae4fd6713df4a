// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.connect.data.Schema;

/** Has the table {@code shop.orders} created as the sink would. */
final class NewTables {

    static final TableId ORDERS = new TableId("shop", "orders");

    private final Database database;

    NewTables(Database database) {
        this.database = database;
    }

    /** The usual shape with other indexes. */
    static TableShape withIndexes(IndexCopy indexes) {
        TableShape usual = TableShape.DEFAULT;
        return new TableShape(
                indexes,
                usual.fillfactor(),
                usual.repetition(),
                usual.softDelete(),
                usual.types(),
                usual.identifierCase());
    }

    DestinationTable create(TableStructure structure, Schema row) throws SQLException {
        return create(structure, row, TableShape.DEFAULT);
    }

    DestinationTable create(TableStructure structure, Schema row, TableShape shape) throws SQLException {
        try (Connection connection = transaction()) {
            DestinationTable table = TableCreator.create(
                    connection, TableDesigner.ofStructure(connection, ORDERS, structure, row, shape));
            connection.commit();
            return table;
        }
    }

    DestinationTable create(List<String> key, Schema row, TableShape shape) throws SQLException {
        try (Connection connection = transaction()) {
            DestinationTable table =
                    TableCreator.create(connection, TableDesigner.ofRecords(connection, ORDERS, key, row, shape));
            connection.commit();
            return table;
        }
    }

    Connection transaction() throws SQLException {
        Connection connection = database.connection();
        connection.setAutoCommit(false);
        return connection;
    }

    static Index index(String name, Index.Kind kind, List<String> columns, String definition) {
        return new Index(name, kind, false, false, columns, columns, definition);
    }
}
