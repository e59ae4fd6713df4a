// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.sql.SQLException;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** A table's rows as records hold them. For use by one thread at a time. */
interface DecodedRows extends AutoCloseable {

    /** What rows look like. */
    Schema schema();

    /**
     * Hands on the rows as they are now, in no order.
     *
     * @param sought those that must be among them; others may be too
     */
    void read(SoughtRows sought, Consumer<Struct> handler) throws SQLException;

    @Override
    void close() throws SQLException;
}
