// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.record.RowChunk;
import io.tablecast.contract.type.BinaryForms;
import io.tablecast.contract.type.PostgresType;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import java.util.List;
import java.util.Optional;

/** Whether rows can go into a table in the binary form in which they came from their source. */
final class BinaryFit {

    private BinaryFit() {}

    /**
     * Why they cannot, empty if they can.
     *
     * @param table made for such rows: its columns are theirs, in their order
     */
    static Optional<String> obstacle(RowChunk rows, DestinationTable table) {
        List<PostgresType> sent = rows.sentTypes();
        List<DestinationColumn> columns = table.columns();
        if (sent.size() != columns.size()) {
            return Optional.of("they have " + sent.size() + " columns, and the table has " + columns.size());
        }
        for (int i = 0; i < sent.size(); i++) {
            PostgresType type = columns.get(i).typed().type();
            if (!BinaryForms.isTaken(sent.get(i), type)) {
                return Optional.of("column \"" + columns.get(i).name() + "\" is sent as "
                        + sent.get(i).name() + " and is " + type.name() + " here");
            }
        }
        return Optional.empty();
    }
}
