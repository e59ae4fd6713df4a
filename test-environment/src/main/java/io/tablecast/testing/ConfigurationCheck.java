// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a plugin says about a configuration.
 *
 * @param errors messages by the configuration key they belong to, only for keys that have any
 */
public record ConfigurationCheck(Map<String, List<String>> errors) {
    public ConfigurationCheck {
        errors = Collections.unmodifiableMap(new TreeMap<>(errors));
    }

    static ConfigurationCheck of(JsonNode answer) {
        Map<String, List<String>> errors = new TreeMap<>();
        for (JsonNode field : answer.path("configs")) {
            JsonNode value = field.path("value");
            List<String> messages = new ArrayList<>();
            value.path("errors").forEach(message -> messages.add(message.asText()));
            if (!messages.isEmpty()) {
                errors.put(value.path("name").asText(), List.copyOf(messages));
            }
        }
        return new ConfigurationCheck(errors);
    }

    /** The messages of a key; empty if it has none. */
    public List<String> errors(String key) {
        return errors.getOrDefault(key, List.of());
    }

    public boolean isValid() {
        return errors.isEmpty();
    }
}
