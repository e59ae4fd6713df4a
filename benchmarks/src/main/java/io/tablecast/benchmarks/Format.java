// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import io.tablecast.testing.SchemaRegistry;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How records are written, the same for whoever reads them. */
public enum Format {
    JSON("JSON with schemas"),
    TABLECAST_JSON("JSON with schemas, Tablecast's converter"),
    AVRO("Avro");

    private static final String KAFKAS_JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String TABLECASTS_JSON = "io.tablecast.json.TablecastJsonConverter";

    private final String words;

    Format(String words) {
        this.words = words;
    }

    /** The format of an option's value. */
    public static Format named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Its name in options. */
    public String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** A connector's converters. */
    public Map<String, String> converters(SchemaRegistry registry) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String side : new String[] {"key.converter", "value.converter"}) {
            switch (this) {
                case JSON, TABLECAST_JSON -> {
                    settings.put(side, this == JSON ? KAFKAS_JSON : TABLECASTS_JSON);
                    settings.put(side + ".schemas.enable", "true");
                    settings.put(side + ".replace.null.with.default", "false");
                }
                case AVRO -> {
                    settings.put(side, "io.apicurio.registry.utils.converter.AvroConverter");
                    settings.put(side + ".apicurio.registry.url", registry.api().toString());
                    settings.put(side + ".apicurio.registry.auto-register", "true");
                    settings.put(side + ".apicurio.registry.as-confluent", "true");
                    settings.put(side + ".apicurio.registry.use-id", "contentId");
                    settings.put(side + ".apicurio.registry.headers.enabled", "false");
                }
            }
        }
        return settings;
    }
}
