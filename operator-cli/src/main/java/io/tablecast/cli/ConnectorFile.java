// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A connector's configuration as it stands in a file.
 *
 * @param settings in the order of the file, placeholders unresolved
 * @param problems values that a worker would not take for settings at all; they are not among the settings
 */
record ConnectorFile(Path path, Form form, Map<String, String> settings, List<Problem> problems) {

    ConnectorFile {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        problems = List.copyOf(problems);
    }

    /** The connector's name: that of the settings, else the file's own without its ending. */
    String connectorName() {
        return settings.getOrDefault(ConnectKeys.NAME, ownName());
    }

    boolean isNamed() {
        return settings.containsKey(ConnectKeys.NAME);
    }

    private String ownName() {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    /** What a file can hold. */
    enum Form {
        /** The settings alone, as a worker takes them by {@code PUT /connectors/NAME/config}. */
        SETTINGS,
        /** A name and the settings, as a worker takes them by {@code POST /connectors}; {@code name} is one of the settings. */
        REQUEST,
        /** Java properties, as a standalone worker takes them. */
        PROPERTIES
    }
}
