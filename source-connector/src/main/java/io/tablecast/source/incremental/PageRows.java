// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.RowDecoder;
import io.tablecast.source.postgres.SourceTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;

/** The rows of one page as PostgreSQL sends them, with the texts of control column and key. Used once, by one thread. */
final class PageRows implements BinaryCopy.RowHandler {

    private final SourceTable table;
    private final PageRecords records;
    private final RowDecoder decoder;
    private final int columns;
    private final int keyColumns;

    PageRows(SourceTable table, PageRecords records) {
        this.table = table;
        this.records = records;
        this.decoder = new RowDecoder(table);
        this.columns = table.structure().columns().size();
        this.keyColumns = table.key().columns().size();
    }

    @Override
    public void row(CopyReader row, int bytes) throws InterruptedException {
        Struct decoded = decoder.decode(row, 0);
        String control = text(row, columns);
        if (table.hasKey()) {
            records.add(decoded, control, key(row), bytes);
        } else {
            records.add(decoded, control, bytes);
        }
    }

    private List<String> key(CopyReader row) {
        List<String> texts = new ArrayList<>(keyColumns);
        for (int i = 0; i < keyColumns; i++) {
            int field = columns + 1 + i;
            if (row.isNull(field)) {
                throw new ConnectException("A row of " + table.id() + " has NULL in key column \""
                        + table.key().columns().get(i) + "\", where its control column is " + text(row, columns)
                        + ". Keep such rows out with condition, or name other columns in key.columns");
            }
            texts.add(text(row, field));
        }
        return texts;
    }

    private static String text(CopyReader row, int field) {
        return new String(row.buffer(), row.offset(field), row.length(field), UTF_8);
    }
}
