// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The connectors that can be measured, each at its best settings. */
final class Contenders {
    private static final Map<String, String> LARGE_FETCHES = Map.of(
            "consumer.override.max.poll.records", "5000",
            "consumer.override.fetch.min.bytes", "1048576",
            "consumer.override.max.partition.fetch.bytes", "8388608");

    private Contenders() {}

    /** The connector of that name. */
    static Contender named(String name, SinkSettings settings) {
        Orders orders = new Orders(settings.all());
        return switch (name) {
            case "converting" -> new Converting();
            case "tablecast" -> new Tablecast(settings.root().resolve("config/postgres-sink.json"), orders);
            case "debezium" -> new Debezium(orders);
            default ->
                throw new IllegalArgumentException("benchmark.contenders names \"" + name
                        + "\"; there are converting, tablecast, debezium and copying.");
        };
    }

    /** Connect alone: records are read, converted and dropped. */
    private record Converting() implements Contender {
        @Override
        public String name() {
            return "Connect alone, records dropped";
        }

        @Override
        public Map<String, String> settings(Place place) {
            Map<String, String> settings = new LinkedHashMap<>(LARGE_FETCHES);
            settings.put("connector.class", "io.tablecast.benchmarks.plugin.DroppingSinkConnector");
            settings.put("progress.file", place.file().toString());
            return settings;
        }

        @Override
        public Progress progress(Place place) {
            return new FileProgress(place.file());
        }
    }

    /** Tablecast's sink with the shipped file. */
    private record Tablecast(Path file, Orders orders) implements Contender {
        @Override
        public String name() {
            return "Tablecast";
        }

        @Override
        public Map<String, String> settings(Place place) {
            Map<String, String> settings = shipped();
            settings.keySet().removeIf(key -> key.startsWith("key.converter") || key.startsWith("value.converter"));
            settings.remove("topics.regex");
            settings.putAll(LARGE_FETCHES);
            settings.put("connection.url", place.database().jdbcUrl());
            settings.put("connection.user", place.database().user());
            settings.put("connection.password", place.database().password());
            return settings;
        }

        @Override
        public Progress progress(Place place) {
            return new TableProgress(place.database(), orders);
        }

        private Map<String, String> shipped() {
            try {
                return new ObjectMapper()
                        .readValue(file.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + file, e);
            }
        }
    }

    /**
     * Debezium's JDBC sink with large batches and multi-row inserts by the driver. Its own inserts by unnest fail on this
     * table's timestamps.
     */
    private record Debezium(Orders orders) implements Contender {
        @Override
        public String name() {
            return "Debezium's JDBC sink";
        }

        @Override
        public Map<String, String> settings(Place place) {
            Map<String, String> settings = new LinkedHashMap<>(LARGE_FETCHES);
            settings.put("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector");
            settings.put("connection.url", place.database().jdbcUrl() + "?reWriteBatchedInserts=true");
            settings.put("connection.username", place.database().user());
            settings.put("connection.password", place.database().password());
            settings.put("insert.mode", "upsert");
            settings.put("delete.enabled", "true");
            settings.put("primary.key.mode", "record_key");
            settings.put("schema.evolution", "none");
            settings.put("collection.name.format", "shop.orders");
            settings.put("batch.size", "5000");
            return settings;
        }

        @Override
        public Progress progress(Place place) {
            return new TableProgress(place.database(), orders);
        }
    }
}
