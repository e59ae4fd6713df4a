// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableKeys;
import io.tablecast.sink.structure.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The destination tables that a configuration tells before a record has come. */
final class NamedTables {

    /** Connect's own keys. */
    static final String TOPICS = "topics";

    private static final String TRANSFORMS = "transforms";

    // Heartbeats and the like.
    private static final String INTERNAL = "__";

    private NamedTables() {}

    /** How sure it is that records go to the table. */
    enum Certainty {
        NAMED,
        /** By the topic's name; the records themselves may name another table. */
        LIKELY
    }

    /**
     * A destination table.
     *
     * @param key the key that names it
     */
    record NamedTable(TableId id, String key, Certainty certainty) {}

    /** Each table once. */
    static List<NamedTable> of(SinkSettings settings, Map<String, String> properties) {
        List<NamedTable> tables = new ArrayList<>();
        settings.naming().tables().values().stream()
                .sorted()
                .forEach(table -> add(tables, new NamedTable(table, SinkKeys.TABLE_MAPPING, Certainty.NAMED)));
        settings.tableOverrides().keySet().stream()
                .sorted()
                .forEach(table -> add(tables, new NamedTable(table, firstKey(properties, table), Certainty.NAMED)));
        topics(properties)
                .flatMap(topic -> settings.naming().destination(topic).map(Names::fit).stream())
                .forEach(table -> add(tables, new NamedTable(table, TOPICS, Certainty.LIKELY)));
        return tables;
    }

    private static String firstKey(Map<String, String> properties, TableId table) {
        return TableKeys.spelled(properties, table).values().iterator().next();
    }

    private static void add(List<NamedTable> tables, NamedTable table) {
        if (tables.stream().noneMatch(known -> known.id().equals(table.id()))) {
            tables.add(table);
        }
    }

    /** The topics of tables; none where a transform may send their records elsewhere. */
    static Stream<String> topics(Map<String, String> properties) {
        if (!properties.getOrDefault(TRANSFORMS, "").isBlank()) {
            return Stream.of();
        }
        return Arrays.stream(properties.getOrDefault(TOPICS, "").split(",", -1))
                .map(String::strip)
                .filter(topic -> !topic.isEmpty() && !topic.startsWith(INTERNAL));
    }
}
