// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Names of topics: {@code <topic.prefix>.<schema>.<table>} unless a table's {@code topic} setting names another. */
public final class TopicNames {

    /** Kafka's own limit. */
    private static final int MAX_LENGTH = 249;

    private static final String COPIES = ".copy";

    private static final String HEARTBEATS = "__tablecast-heartbeat.";

    private TopicNames() {}

    public static String ofTable(String prefix, TableId table) {
        return legal(prefix + "." + table.schema() + "." + table.name());
    }

    /** The topic of a table's copies in binary form, which no other record stands in. */
    public static String ofCopies(String topic) {
        return topic + COPIES;
    }

    /** The topic of a connector's heartbeat records. */
    public static String ofHeartbeats(String prefix) {
        return legal(HEARTBEATS + prefix);
    }

    /** Replaces each character that Kafka refuses by an underscore. */
    public static String legal(String name) {
        StringBuilder legal = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            boolean isLegal = (character >= 'a' && character <= 'z')
                    || (character >= 'A' && character <= 'Z')
                    || (character >= '0' && character <= '9')
                    || character == '.'
                    || character == '_'
                    || character == '-';
            legal.append(isLegal ? character : '_');
        }
        return legal.toString();
    }

    /**
     * What is wrong with a choice of topics: a name that is too long, or two tables that would share a topic. Kafka's
     * metrics do not tell {@code .} from {@code _}, and neither does this check.
     */
    public static List<Fault> faults(Map<TableId, String> topics) {
        List<Fault> faults = new ArrayList<>();
        Map<String, TableId> owners = new TreeMap<>();
        new TreeMap<>(topics).forEach((table, topic) -> {
            if (topic.length() > MAX_LENGTH) {
                faults.add(new Fault(
                        Set.of(table),
                        "The topic of " + table + " would be named \"" + topic + "\", " + topic.length()
                                + " characters long; Kafka allows " + MAX_LENGTH + ". Set table." + table
                                + ".topic."));
            }
            TableId other = owners.putIfAbsent(topic.replace('.', '_'), table);
            if (other != null) {
                faults.add(new Fault(
                        Set.of(other, table),
                        "The tables " + other + " and " + table + " would share the topic \"" + topic
                                + "\" (topics that differ only in \".\" and \"_\" collide). Set table." + table
                                + ".topic."));
            }
        });
        return faults;
    }

    /**
     * Something wrong with topics.
     *
     * @param tables whose topics it concerns: one, or two that cannot both have theirs
     * @param message what is wrong, and how to mend it
     */
    public record Fault(Set<TableId> tables, String message) {
        public Fault {
            tables = Set.copyOf(tables);
            requireNonNull(message, "message is null");
        }
    }
}
