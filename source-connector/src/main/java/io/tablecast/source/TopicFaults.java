// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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
        captured.forEach(table -> topics.put(table, settings.records().topic(table, settings.of(table))));
        List<TopicNames.Fault> faults = TopicNames.faults(topics);
        Set<TableId> refused = new TreeSet<>();
        faults.forEach(fault -> refused.addAll(givingWay(fault.tables(), isRead)));
        return new TopicFaults(
                refused, faults.stream().map(TopicNames.Fault::message).toList());
    }

    private static Set<TableId> givingWay(Set<TableId> tables, Predicate<TableId> isRead) {
        Set<TableId> newcomers = tables.stream().filter(isRead.negate()).collect(Collectors.toCollection(TreeSet::new));
        boolean oneWasThere = tables.size() == 2 && newcomers.size() == 1;
        return oneWasThere ? newcomers : tables;
    }
}
