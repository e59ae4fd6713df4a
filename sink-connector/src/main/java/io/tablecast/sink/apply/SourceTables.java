// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.sink.metadata.SourceTable;
import java.util.LinkedHashSet;
import java.util.Set;

/** Where changes of one table come from. Looks closer only where a change is not of the same table as the one before. */
final class SourceTables {

    private final Set<SourceTable> tables = new LinkedHashSet<>();
    private SourceInfo last = SourceInfo.NONE;
    private SourceInfo lastNamed;
    private String lastTopic = "";

    void add(Change change, SourceInfo source) {
        last = source;
        if (source.table().isEmpty() && !(change instanceof Change.WithRow)) {
            // A tombstone follows a change that tells.
            return;
        }
        String topic = change.origin().partition().topic();
        if (lastNamed != null && lastNamed.isOfSameTable(source) && lastTopic.equals(topic)) {
            return;
        }
        lastNamed = source;
        lastTopic = topic;
        tables.add(SourceTable.of(source, topic));
    }

    /** Adds those of later changes. */
    void addAll(SourceTables later) {
        tables.addAll(later.tables);
        last = later.last;
    }

    /** The source tables, in the order they came. */
    Set<SourceTable> tables() {
        return tables;
    }

    /** What the last change says of its source. */
    SourceInfo last() {
        return last;
    }
}
