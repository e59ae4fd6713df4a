// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A connector configuration of the folder {@code config}, ready to PUT.
 *
 * @param name the connector's name
 */
record ConnectorFile(String name, Map<String, String> configuration) {

    private static final List<String> NAMES =
            List.of("postgres-queue-source", "postgres-snapshot-source", "mysql-binlog-source", "postgres-sink");
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() {};

    /** The files of the quickstart; {@code root} is the project's folder. */
    static List<ConnectorFile> all(Path root) {
        return NAMES.stream()
                .map(name -> read(root.resolve("config").resolve(name + ".json"), name))
                .toList();
    }

    private static ConnectorFile read(Path file, String name) {
        try {
            return new ConnectorFile(name, new ObjectMapper().readValue(file.toFile(), TEXTS));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
