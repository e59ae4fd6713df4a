// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Tables that cannot be captured because of their topics' names. Configurations with such tables are refused; these are
 * tables that came later.
 *
 * @param tables which are left out
 * @param messages what is wrong, and how to mend it
 */
record TopicFaults(Set<TableId> tables, List<String> messages) {

    TopicFaults {
        tables = Set.copyOf(tables);
        messages = List.copyOf(messages);
    }

    /** @param isRead whether a table was read before: then it keeps its topic, and the newcomer has to give way */
    static TopicFaults of(SourceSettings settings, Collection<TableId> captured, Predicate<TableId> isRead) {
        Map<TableId, String> topics = new TreeMap<>();
        captured.forEach(table -> topics.put(table, topic(settings, table)));
        Set<TableId> refused = new TreeSet<>();
        topics.forEach((table, topic) -> {
            if (topic.length() > TopicNames.MAX_LENGTH) {
                refused.add(table);
            }
        });
        Map<String, List<TableId>> sharing = new HashMap<>();
        topics.forEach((table, topic) -> sharing.computeIfAbsent(topic.replace('.', '_'), each -> new ArrayList<>())
                .add(table));
        sharing.values().stream().filter(tables -> tables.size() > 1).forEach(tables -> {
            List<TableId> earlier = tables.stream().filter(isRead).toList();
            refused.addAll(tables);
            if (earlier.size() == 1) {
                refused.removeAll(earlier);
            }
        });
        return new TopicFaults(refused, TopicNames.faults(topics));
    }

    private static String topic(SourceSettings settings, TableId table) {
        String own = settings.of(table).topic();
        return own.isEmpty() ? TopicNames.ofTable(settings.records().topicPrefix(), table) : own;
    }
}
