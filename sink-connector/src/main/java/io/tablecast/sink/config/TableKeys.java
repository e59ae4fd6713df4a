// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import io.tablecast.contract.table.TableId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys of single tables, {@code table.<schema>.<table>.<key>}; names with dots stand in double quotes. */
public final class TableKeys {

    private static final Set<String> OF_CONNECTOR = Set.of(SinkKeys.TABLE_NAME_FORMAT, SinkKeys.TABLE_MAPPING);

    private TableKeys() {}

    /** Whether a key speaks of a single table. */
    static boolean isOfTable(String key) {
        return key.startsWith(SinkKeys.TABLE_PREFIX) && !OF_CONNECTOR.contains(key);
    }

    /** The key by which a table's own value is set. */
    public static String of(TableId table, String key) {
        return SinkKeys.TABLE_PREFIX + table + "." + key;
    }

    /** The settings that a table has for itself, each with its key as the configuration spells it. */
    public static SortedMap<String, String> spelled(Map<String, String> properties, TableId table) {
        SortedMap<String, String> spelled = new TreeMap<>();
        for (String key : properties.keySet()) {
            if (isOfTable(key) && parse(key).isKnown() && parse(key).table().equals(table)) {
                spelled.put(parse(key).key(), key);
            }
        }
        return spelled;
    }

    /** The well-formed keys of each table; others are left to {@link KeyFaults}. */
    static Map<TableId, Map<String, String>> read(Map<String, String> properties) {
        Map<TableId, Map<String, String>> tables = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (!isOfTable(key)) {
                return;
            }
            TableKey tableKey = parse(key);
            if (tableKey.isKnown()) {
                tables.computeIfAbsent(tableKey.table(), table -> new TreeMap<>())
                        .put(tableKey.key(), value);
            }
        });
        return tables;
    }

    /** The connector's values with a table's own in their place. */
    static Map<String, String> merged(Map<String, String> properties, Map<String, String> ofTable) {
        Map<String, String> merged = new LinkedHashMap<>(properties);
        merged.putAll(ofTable);
        return merged;
    }

    /**
     * Takes a key apart: after two names, each perhaps quoted, all the rest is the setting. A key of another form gives
     * an empty setting.
     */
    static TableKey parse(String key) {
        String rest = key.substring(SinkKeys.TABLE_PREFIX.length());
        int afterSchema = endOfName(rest, 0);
        int afterTable = afterSchema < 0 ? -1 : endOfName(rest, afterSchema + 1);
        if (afterTable < 0 || afterTable + 1 >= rest.length()) {
            return new TableKey(new TableId("", ""), "");
        }
        return new TableKey(TableId.parse(rest.substring(0, afterTable)), rest.substring(afterTable + 1));
    }

    /** Where the dot after a name stands; -1 when there is none. */
    private static int endOfName(String text, int start) {
        if (!text.startsWith("\"", start)) {
            int dot = text.indexOf('.', start);
            return dot == start ? -1 : dot;
        }
        int next = start + 1;
        while (next < text.length()) {
            if (text.charAt(next) != '"') {
                next++;
                continue;
            }
            if (!text.startsWith("\"\"", next)) {
                return text.startsWith(".", next + 1) && next > start + 1 ? next + 1 : -1;
            }
            next += 2;
        }
        return -1;
    }

    /** A key taken apart; the setting is empty when the key has no such form. */
    record TableKey(TableId table, String key) {
        boolean isKnown() {
            return SinkKeys.OF_TABLES.contains(key);
        }

        boolean isMalformed() {
            return key.isEmpty();
        }
    }
}
