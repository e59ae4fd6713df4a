// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;

/** Copies of the table of {@link Orders}, as a source sends them. */
final class SnapshotRecords {

    private final Orders orders;

    SnapshotRecords(Orders orders) {
        this.orders = orders;
    }

    /** A whole copy; no rows make one record that is begin and end. */
    void whole(String id, String mode, List<Struct> rows) {
        if (rows.isEmpty()) {
            begin(id, mode, new RecordHeaders().end(new SnapshotEnd(id, 0)).headers());
            return;
        }
        begin(id, mode, new ConnectHeaders());
        for (int ordinal = 1; ordinal <= rows.size(); ordinal++) {
            row(id, ordinal, rows.get(ordinal - 1), ordinal == rows.size());
        }
    }

    void begin(String id, String mode, Headers more) {
        TableStructure structure = new TableStructure(
                new TableId("shop", "orders"),
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        Column.of("id", "bigint", Column.Nullability.NOT_NULL),
                        Column.of("code", "text", Column.Nullability.NULLABLE),
                        Column.of("amount", "integer", Column.Nullability.NULLABLE)),
                List.of("id"),
                List.of(new Index("orders_pkey", Index.Kind.PRIMARY, false, false, List.of("id"), List.of("id"), "")),
                List.of(),
                List.of(),
                "");
        Headers headers = new RecordHeaders()
                .begin(SnapshotBegin.ofTable(id, mode, structure))
                .headers();
        more.forEach(headers::add);
        orders.send(null, orders.writer().emptied(orders.source()), headers);
    }

    private void row(String id, int ordinal, Struct row, boolean isLast) {
        Struct source = orders.source().put("sequence", new SnapshotOrdinal(id, ordinal).sequence());
        Headers headers =
                isLast ? new RecordHeaders().end(new SnapshotEnd(id, ordinal)).headers() : new ConnectHeaders();
        orders.send(orders.writer().key(row), orders.writer().read(row, source), headers);
    }
}
