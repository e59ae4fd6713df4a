// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * A change's place in its source transaction, Debezium's {@code transaction} block.
 *
 * @param id the transaction
 * @param totalOrder the change's place among all changes of the transaction that are sent, from 1
 * @param tableOrder its place among those of its table, from 1
 */
public record TransactionBlock(String id, long totalOrder, long tableOrder) {

    static final Schema SCHEMA = SchemaBuilder.struct()
            .name("event.block")
            .version(1)
            .optional()
            .field("id", Schema.STRING_SCHEMA)
            .field("total_order", Schema.INT64_SCHEMA)
            .field("data_collection_order", Schema.INT64_SCHEMA)
            .build();

    public TransactionBlock {
        requireNonNull(id, "id is null");
    }

    Struct struct() {
        return new Struct(SCHEMA).put("id", id).put("total_order", totalOrder).put("data_collection_order", tableOrder);
    }
}
