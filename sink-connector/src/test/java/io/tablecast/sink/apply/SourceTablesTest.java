// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.ChangeEvent;
import io.tablecast.contract.record.EnvelopeReader;
import io.tablecast.contract.record.SourceInfo;
import io.tablecast.sink.metadata.SourceTable;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class SourceTablesTest {

    private static final Schema SOURCE = SchemaBuilder.struct()
            .field("name", Schema.STRING_SCHEMA)
            .field("schema", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .field("sequence", Schema.STRING_SCHEMA)
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("erp.Envelope")
            .field("op", Schema.STRING_SCHEMA)
            .field("source", SOURCE)
            .build();

    private final SourceTables tables = new SourceTables();

    @Test
    void everyTableIsThereOnceAndTheLastRecordIsKnown() {
        SourceInfo last = source("erp", "items", "3");
        tables.add(Samples.delete(1, RowKey.NONE), source("erp", "orders", "1"));
        tables.add(Samples.delete(2, RowKey.NONE), source("erp", "orders", "2"));
        tables.add(Samples.delete(3, RowKey.NONE), last);

        assertThat(tables.tables())
                .containsExactly(new SourceTable("erp", "shop.orders"), new SourceTable("erp", "shop.items"));
        assertThat(tables.last()).isSameAs(last);
    }

    @Test
    void aTableOfTheSameNameOnAnotherServerIsAnotherOne() {
        tables.add(Samples.delete(1, RowKey.NONE), source("erp", "orders", "1"));
        tables.add(Samples.delete(2, RowKey.NONE), source("crm", "orders", "2"));

        assertThat(tables.tables())
                .containsExactly(new SourceTable("erp", "shop.orders"), new SourceTable("crm", "shop.orders"));
    }

    @Test
    void aTombstoneNamesNoTable() {
        tables.add(Samples.delete(1, RowKey.NONE), source("crm", "orders", "1"));
        tables.add(Samples.delete(2, RowKey.NONE), SourceInfo.NONE);

        assertThat(tables.tables()).containsExactly(new SourceTable("crm", "shop.orders"));
        assertThat(tables.last()).isSameAs(SourceInfo.NONE);
    }

    @Test
    void thoseOfLaterChangesComeBehind() {
        SourceTables later = new SourceTables();
        SourceInfo last = source("erp", "items", "2");
        later.add(Samples.delete(2, RowKey.NONE), last);
        tables.add(Samples.delete(1, RowKey.NONE), source("erp", "orders", "1"));

        tables.addAll(later);

        assertThat(tables.tables())
                .containsExactly(new SourceTable("erp", "shop.orders"), new SourceTable("erp", "shop.items"));
        assertThat(tables.last()).isSameAs(last);
    }

    @Test
    void aDeletionIsAtThePlaceThatItsSourceTells() {
        Deletion deletion = new Deletion(source("erp", "orders", "41"), Instant.EPOCH, Optional.empty());

        assertThat(deletion.position(Samples.at(1))).isEqualTo("41");
    }

    private static SourceInfo source(String server, String table, String sequence) {
        Struct source = new Struct(SOURCE)
                .put("name", server)
                .put("schema", "shop")
                .put("table", table)
                .put("sequence", sequence);
        Struct envelope = new Struct(ENVELOPE).put("op", "t").put("source", source);
        SinkRecord truncate = new SinkRecord("erp.shop." + table, 0, null, null, ENVELOPE, envelope, 1);
        return ((ChangeEvent.TableTruncated) new EnvelopeReader().read(truncate)).source();
    }
}
