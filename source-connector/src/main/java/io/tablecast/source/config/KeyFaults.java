// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.postgresql.PGProperty;

/**
 * Finds keys that would silently do nothing. A key that is neither ours nor Connect's is an error when it speaks of a
 * table or is close to one of ours; other strangers are only listed.
 */
final class KeyFaults {

    /** Connect's own keys of source connectors and tasks. */
    private static final Set<String> OF_CONNECT = Set.of(
            "name",
            "connector.class",
            "connector.plugin.version",
            "tasks.max",
            "tasks.max.enforce",
            "task.class",
            "key.converter",
            "value.converter",
            "header.converter",
            "config.action.reload",
            "transforms",
            "predicates",
            "exactly.once.support",
            "transaction.boundary",
            "transaction.boundary.interval.ms",
            "offsets.storage.topic");

    private static final List<String> PREFIXES = List.of(
            "key.converter.",
            "value.converter.",
            "header.converter.",
            "transforms.",
            "predicates.",
            "errors.",
            "topic.creation.",
            "producer.override.",
            "consumer.override.",
            "admin.override.",
            "tablecast.task.");

    private static final int LETTERS_PER_SLIP = 5;
    private static final int MOST_SLIPS = 3;

    private final Map<String, String> errors = new TreeMap<>();
    private final Map<TableKeys.TableKey, String> ofTables = new HashMap<>();
    private final List<String> strangers = new ArrayList<>();

    private KeyFaults() {}

    static KeyFaults of(Map<String, String> properties) {
        KeyFaults faults = new KeyFaults();
        properties.keySet().stream().sorted().forEach(faults::check);
        return faults;
    }

    /** What is wrong with which key. */
    Map<String, String> errors() {
        return errors;
    }

    /** Keys that nobody knows. */
    List<String> strangers() {
        return strangers;
    }

    private void check(String key) {
        if (key.startsWith(SourceKeys.CONNECTION_PROPERTIES)) {
            checkOfDriver(key, key.substring(SourceKeys.CONNECTION_PROPERTIES.length()));
            return;
        }
        Set<String> ours = SourceDefinition.CONFIG.names();
        if (ours.contains(key) || isOfConnect(key)) {
            return;
        }
        if (TableKeys.isOfTable(key)) {
            checkOfTable(key);
            return;
        }
        Optional<String> meant = closest(key, ours);
        if (meant.isPresent()) {
            errors.put(key, "Unknown key \"" + key + "\". Did you mean \"" + meant.get() + "\"?");
            return;
        }
        strangers.add(key);
    }

    // The driver passes over what it does not know: a slip in sslmode would connect without TLS.
    private void checkOfDriver(String key, String property) {
        if (property.equals(PGProperty.PASSWORD.getName())) {
            errors.put(key, "Anyone may see this password. Move it to " + SourceKeys.CONNECTION_PASSWORD + ".");
            return;
        }
        if (PGProperty.forName(property) != null) {
            return;
        }
        Optional<String> meant = nearestOfDriver(property);
        if (meant.isPresent()) {
            errors.put(
                    key,
                    "The driver has no property \"" + property + "\". Did you mean \""
                            + SourceKeys.CONNECTION_PROPERTIES + meant.get() + "\"?");
            return;
        }
        strangers.add(key);
    }

    /** What an unknown property of the driver is meant to be; empty for known ones and for strange ones. */
    static Optional<String> nearestOfDriver(String property) {
        return PGProperty.forName(property) != null
                ? Optional.empty()
                : closest(
                        property,
                        Arrays.stream(PGProperty.values())
                                .map(PGProperty::getName)
                                .toList());
    }

    private void checkOfTable(String key) {
        TableKeys.TableKey tableKey = TableKeys.parse(key);
        if (tableKey.isKnown()) {
            checkOnce(key, tableKey);
            return;
        }
        Optional<String> ofConnector = closest(key, SourceDefinition.CONFIG.names());
        if (ofConnector.isPresent()) {
            errors.put(key, "Unknown key \"" + key + "\". Did you mean \"" + ofConnector.get() + "\"?");
            return;
        }
        if (tableKey.isMalformed()) {
            errors.put(
                    key,
                    "Unknown key \"" + key + "\". The keys of a table are table.<schema>.<table>.<key>, names with dots"
                            + " in double quotes.");
            return;
        }
        String remedy = closest(tableKey.key(), SourceKeys.OF_TABLES)
                .map(meant -> "Did you mean \"" + TableKeys.of(tableKey.table(), meant) + "\"?")
                .orElseGet(() -> SourceDefinition.CONFIG.names().contains(tableKey.key())
                        ? "\"" + tableKey.key() + "\" can only be set for the whole connector."
                        : "A table can have "
                                + String.join(
                                        ", ",
                                        SourceKeys.OF_TABLES.stream().sorted().toList()) + ".");
        errors.put(key, "Unknown key \"" + tableKey.key() + "\" of table " + tableKey.table() + ". " + remedy);
    }

    // Names may be quoted or not: two spellings of one key would leave it to chance which counts.
    private void checkOnce(String key, TableKeys.TableKey tableKey) {
        String other = ofTables.putIfAbsent(tableKey, key);
        if (other != null) {
            errors.put(
                    key,
                    "\"" + key + "\" and \"" + other + "\" both set " + tableKey.key() + " of table " + tableKey.table()
                            + ". Remove one of them.");
        }
    }

    /** Whether Connect reads the key, and not the connector. */
    static boolean isOfConnect(String key) {
        return OF_CONNECT.contains(key) || PREFIXES.stream().anyMatch(key::startsWith);
    }

    /** The candidate that a few slips of the keyboard turn into the key. */
    static Optional<String> closest(String key, Collection<String> candidates) {
        int allowed = Math.min(MOST_SLIPS, Math.max(1, key.length() / LETTERS_PER_SLIP));
        return candidates.stream()
                .filter(candidate -> distance(key, candidate) <= allowed)
                .min(Comparator.<String>comparingInt(candidate -> distance(key, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** How many letters must be added, removed, replaced or swapped with their neighbour. */
    static int distance(String from, String to) {
        int[][] distances = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : step(distances, from, to, i, j);
            }
        }
        return distances[from.length()][to.length()];
    }

    private static int step(int[][] distances, String from, String to, int i, int j) {
        int replaced = distances[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(distances[i - 1][j], distances[i][j - 1]) + 1);
        boolean isSwap =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return isSwap ? Math.min(best, distances[i - 2][j - 2] + 1) : best;
    }
}
