// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.MySqlSourceBlock;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.source.incremental.FoundTable;
import java.time.Instant;
import org.apache.kafka.connect.data.Struct;

/** A table at the moment of a look. Its rows name no place in the binlog, which nobody may have the right to ask for. */
record FoundMySqlTable(BinlogTable table, TableLayout layout, String topicPrefix, Instant time, MySqlServer server)
        implements FoundTable {

    @Override
    public SourcePartition partition() {
        return table.partition();
    }

    @Override
    public String topic() {
        return table.topic();
    }

    @Override
    public EnvelopeWriter envelopes() {
        return layout.envelopes();
    }

    @Override
    public Struct foundBlock() {
        return new MySqlSourceBlock(topicPrefix, table.partition().table())
                .change(new Place(time, server.serverId(), "", "", 0, 0));
    }
}
