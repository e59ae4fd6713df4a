// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.postgresql.PGProperty;

/**
 * Keys that mean nothing. One under {@code table.}, or one close to a key of ours, is a spelling mistake and an error;
 * another one may belong to Connect, a converter or a tool and is only worth a warning.
 *
 * @param errors what is wrong, by key
 * @param unknown keys for a warning
 */
public record KeyFaults(Map<String, String> errors, List<String> unknown) {

    private static final int CLOSE = 2;
    private static final int SHORTEST_MISSPELT = 5;
    // Connect's own keys of sink connectors, and what its plugins take.
    private static final Set<String> OF_CONNECT = Set.of(
            "name",
            "connector.class",
            "connector.plugin.version",
            "tasks.max",
            "tasks.max.enforce",
            "topics",
            "topics.regex",
            "key.converter",
            "value.converter",
            "header.converter",
            "key.converter.plugin.version",
            "value.converter.plugin.version",
            "header.converter.plugin.version",
            "transforms",
            "predicates",
            "config.action.reload",
            "initial_state");
    private static final List<String> PREFIXES_OF_CONNECT = List.of(
            "key.converter.",
            "value.converter.",
            "header.converter.",
            "transforms.",
            "predicates.",
            "errors.",
            "consumer.override.",
            "producer.override.",
            "admin.override.");

    public KeyFaults {
        errors = Map.copyOf(errors);
        unknown = List.copyOf(unknown);
    }

    /** Looks at all keys of a connector's configuration. */
    public static KeyFaults of(Map<String, String> properties) {
        Map<String, String> errors = new TreeMap<>();
        List<String> unknown = new ArrayList<>();
        properties.forEach((key, value) -> {
            if (TableKeys.isOfTable(key)) {
                tableFault(key, value).ifPresent(fault -> errors.put(key, fault));
                return;
            }
            if (key.startsWith(SinkKeys.CONNECTION_PROPERTIES)) {
                driverFault(key.substring(SinkKeys.CONNECTION_PROPERTIES.length()))
                        .ifPresent(fault -> errors.put(key, fault));
                return;
            }
            if (isKnown(key)) {
                return;
            }
            Optional<String> near = nearest(key, SinkDefinition.CONFIG.names());
            near.ifPresentOrElse(
                    name -> errors.put(key, "Unknown key \"" + key + "\". Did you mean " + name + "?"),
                    () -> unknown.add(key));
        });
        return new KeyFaults(errors, unknown);
    }

    private static boolean isKnown(String key) {
        return SinkDefinition.CONFIG.names().contains(key)
                || OF_CONNECT.contains(key)
                || PREFIXES_OF_CONNECT.stream().anyMatch(key::startsWith);
    }

    // The driver passes over what it does not know: a slip in sslmode would connect without TLS.
    private static Optional<String> driverFault(String property) {
        if (property.equals(PGProperty.PASSWORD.getName())) {
            return Optional.of("Anyone may see this password. Move it to " + SinkKeys.CONNECTION_PASSWORD + ".");
        }
        return nearestOfDriver(property)
                .map(meant -> "The driver has no property \"" + property + "\". Did you mean \""
                        + SinkKeys.CONNECTION_PROPERTIES + meant + "\"?");
    }

    /** What an unknown property of the driver is meant to be; empty for known ones and for strange ones. */
    static Optional<String> nearestOfDriver(String property) {
        return PGProperty.forName(property) != null
                ? Optional.empty()
                : nearest(
                        property,
                        Arrays.stream(PGProperty.values())
                                .map(PGProperty::getName)
                                .toList());
    }

    private static Optional<String> tableFault(String key, String value) {
        Optional<String> near = nearest(key, Set.of(SinkKeys.TABLE_NAME_FORMAT, SinkKeys.TABLE_MAPPING));
        if (near.isPresent()) {
            return Optional.of("Unknown key \"" + key + "\". Did you mean " + near.get() + "?");
        }
        TableKeys.TableKey parsed = TableKeys.parse(key);
        if (parsed.isMalformed()) {
            return Optional.of("Cannot read \"" + key
                    + "\": expected table.<schema>.<table>.<key>, names that contain a" + " dot in double quotes.");
        }
        if (!parsed.isKnown()) {
            return Optional.of(unknownOfTable(parsed));
        }
        return valueFault(parsed.key(), value).map(fault -> "Table " + parsed.table() + ": " + fault);
    }

    private static String unknownOfTable(TableKeys.TableKey parsed) {
        String hint = SinkDefinition.CONFIG.names().contains(parsed.key())
                ? "it holds for the whole connector"
                : nearest(parsed.key(), SinkKeys.OF_TABLES)
                        .map(name -> "did you mean " + name + "?")
                        .orElse("a table may have " + String.join(", ", new java.util.TreeSet<>(SinkKeys.OF_TABLES)));
        return "Table " + parsed.table() + " cannot have a \"" + parsed.key() + "\" of its own: " + hint;
    }

    private static Optional<String> valueFault(String key, String value) {
        try {
            Object parsed = org.apache.kafka.common.config.ConfigDef.parseType(
                    key, value, SinkDefinition.CONFIG.configKeys().get(key).type);
            var validator = SinkDefinition.CONFIG.configKeys().get(key).validator;
            if (validator != null) {
                validator.ensureValid(key, parsed);
            }
            return Optional.empty();
        } catch (ConfigException e) {
            return Optional.of(e.getMessage());
        }
    }

    static Optional<String> nearest(String key, Collection<String> candidates) {
        if (key.length() < SHORTEST_MISSPELT) {
            return Optional.empty();
        }
        return candidates.stream()
                .filter(candidate -> isClose(key, candidate))
                .min(Comparator.<String>comparingInt(candidate -> distance(key, candidate))
                        .thenComparing(candidate -> candidate));
    }

    private static boolean isClose(String key, String candidate) {
        return distance(key, candidate) <= CLOSE || folded(key).equals(folded(candidate));
    }

    private static String folded(String key) {
        return key.toLowerCase(java.util.Locale.ROOT).replaceAll("[._-]", "");
    }

    /** Levenshtein's distance. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substituted = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substituted, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
