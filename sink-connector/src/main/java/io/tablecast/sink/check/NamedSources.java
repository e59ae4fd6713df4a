// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableNaming;
import io.tablecast.sink.metadata.SourceTable;
import io.tablecast.sink.metadata.TopicName;
import io.tablecast.sink.structure.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Which source tables a configuration sends to which destination, as far as it tells before a record has come. */
final class NamedSources {

    private NamedSources() {}

    /**
     * A source table with its destination.
     *
     * @param key the key that sends it there
     */
    record NamedSource(SourceTable source, TableId destination, String key, NamedTables.Certainty certainty) {

        NamedTables.NamedTable named() {
            return new NamedTables.NamedTable(destination, key, certainty);
        }
    }

    static List<NamedSource> of(SinkSettings settings, Map<String, String> properties) {
        TableNaming naming = settings.naming();
        List<NamedSource> sources = new ArrayList<>();
        naming.tables().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(TableId::toString)))
                .forEach(mapped -> sources.add(new NamedSource(
                        new SourceTable("", mapped.getKey().toString()),
                        mapped.getValue(),
                        SinkKeys.TABLE_MAPPING,
                        NamedTables.Certainty.NAMED)));
        NamedTables.topics(properties)
                .forEach(topic -> naming.destination(topic)
                        .map(Names::fit)
                        .ifPresent(destination -> sources.add(new NamedSource(
                                SourceTable.of(SourceInfo.NONE, topic),
                                destination,
                                key(naming, TopicName.of(topic)),
                                NamedTables.Certainty.LIKELY))));
        return sources;
    }

    private static String key(TableNaming naming, TopicName topic) {
        if (topic.id().filter(naming.tables()::containsKey).isPresent()) {
            return SinkKeys.TABLE_MAPPING;
        }
        return naming.schemas().containsKey(topic.schema()) ? SinkKeys.SCHEMA_MAPPING : NamedTables.TOPICS;
    }
}
