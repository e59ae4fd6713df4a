// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import io.tablecast.contract.table.TableId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The keys of single tables, {@code table.<schema>.<table>.<key>}; names with dots stand in double quotes. */
public final class TableKeys {

    private static final Set<String> OF_CONNECTOR =
            Set.of(SourceKeys.TABLE_INCLUDE_LIST, SourceKeys.TABLE_EXCLUDE_LIST);

    private TableKeys() {}

    /** Whether a key speaks of a single table. */
    static boolean isOfTable(String key) {
        return key.startsWith(SourceKeys.TABLE_PREFIX) && !OF_CONNECTOR.contains(key);
    }

    /** The key by which a table's own value is set. */
    public static String of(TableId table, String key) {
        return SourceKeys.TABLE_PREFIX + table + "." + key;
    }

    /** The well-formed keys of each table; others are left to {@link KeyFaults}. */
    static Map<TableId, Map<String, String>> read(Map<String, String> properties) {
        return read(properties, SourceKeys.OF_TABLES);
    }

    /** The well-formed keys of each table that are among those a table may have. */
    static Map<TableId, Map<String, String>> read(Map<String, String> properties, Set<String> keysOfTables) {
        Map<TableId, Map<String, String>> tables = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (!isOfTable(key)) {
                return;
            }
            TableKey tableKey = parse(key);
            if (keysOfTables.contains(tableKey.key())) {
                tables.computeIfAbsent(tableKey.table(), table -> new TreeMap<>())
                        .put(tableKey.key(), value);
            }
        });
        return tables;
    }

    /**
     * The connector's values with a table's own in their place. A table's own schedule hides the connector's poll
     * interval, and the other way round.
     */
    static Map<String, String> merged(Map<String, String> properties, Map<String, String> ofTable) {
        Map<String, String> merged = new LinkedHashMap<>(properties);
        if (ofTable.containsKey(SourceKeys.SCHEDULE)) {
            merged.remove(SourceKeys.POLL_INTERVAL_MS);
        }
        if (ofTable.containsKey(SourceKeys.POLL_INTERVAL_MS)) {
            merged.remove(SourceKeys.SCHEDULE);
        }
        merged.putAll(ofTable);
        return merged;
    }

    /**
     * Takes a key apart: after two names, each perhaps quoted, all the rest is the setting. A key of another form gives an
     * empty setting.
     */
    static TableKey parse(String key) {
        String rest = key.substring(SourceKeys.TABLE_PREFIX.length());
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
            return SourceKeys.OF_TABLES.contains(key);
        }

        boolean isMalformed() {
            return key.isEmpty();
        }
    }
}
