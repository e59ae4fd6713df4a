// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.TypeModes;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What records look like.
 *
 * @param tombstones whether each delete is followed by a record without a value
 * @param propagated expressions for the columns whose source type is propagated, see {@link #propagates}
 */
public record RecordSettings(
        String topicPrefix, TypeModes types, SchemaNames schemaNames, boolean tombstones, List<Pattern> propagated) {
    public RecordSettings {
        requireNonNull(topicPrefix, "topicPrefix is null");
        requireNonNull(types, "types is null");
        requireNonNull(schemaNames, "schemaNames is null");
        propagated = List.copyOf(propagated);
    }

    /** The topic of a table with these settings. */
    public String topic(TableId table, TableSettings ofTable) {
        String topic = ofTable.topic().isEmpty() ? TopicNames.ofTable(topicPrefix, table) : ofTable.topic();
        return ofTable.isCopiedInBinary() ? TopicNames.ofCopies(topic) : topic;
    }

    /** Whether the schema of the column carries Debezium's parameters with type, length and scale of the source. */
    public boolean propagates(TableId table, String column) {
        String name = table.schema() + "." + table.name() + "." + column;
        return propagated.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
