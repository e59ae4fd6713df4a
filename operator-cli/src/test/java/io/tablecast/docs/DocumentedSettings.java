// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import io.tablecast.sink.config.SinkDefinition;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.source.config.MySqlDefinition;
import io.tablecast.source.config.MySqlKeys;
import io.tablecast.source.config.SourceDefinition;
import io.tablecast.source.config.SourceKeys;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The settings that the documentation speaks of. */
final class DocumentedSettings {

    private static final List<Connector> CONNECTORS = List.of(
            new Connector(
                    "PostgreSQL source",
                    "io.tablecast.source.PostgresSourceConnector",
                    SourceDefinition.CONFIG,
                    SourceKeys.OF_TABLES),
            new Connector(
                    "MySQL source",
                    "io.tablecast.source.MySqlSourceConnector",
                    MySqlDefinition.CONFIG,
                    MySqlKeys.OF_TABLES),
            new Connector(
                    "PostgreSQL sink",
                    "io.tablecast.sink.PostgresSinkConnector",
                    SinkDefinition.CONFIG,
                    SinkKeys.OF_TABLES));

    private DocumentedSettings() {}

    static List<Connector> connectors() {
        return CONNECTORS;
    }

    /** The keys of all connectors. */
    static Set<String> names() {
        return CONNECTORS.stream()
                .flatMap(connector -> connector.definition().names().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** One connector with its definition. */
    record Connector(String title, String className, ConfigDef definition, Set<String> keysOfTables) {

        /** In the order of the definition, group by group. */
        List<ConfigKey> keys() {
            return definition.configKeys().values().stream()
                    .sorted(Comparator.comparingInt(key -> key.orderInGroup))
                    .toList();
        }

        boolean isOfTables(String key) {
            return keysOfTables.contains(key);
        }

        /** What a key means, without the words that name its form for a table. */
        String sentence(ConfigKey key) {
            return key.documentation.replaceFirst(" Also per (destination )?table, as .*$", "");
        }
    }
}
