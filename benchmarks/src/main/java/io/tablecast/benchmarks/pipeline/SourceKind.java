// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Which database pipelines read from, and what reads it. */
enum SourceKind {
    POSTGRES(
            "PostgreSQL",
            "postgres-queue-source.json",
            "postgres-snapshot-source.json",
            PostgresSource::start,
            new DebeziumPostgresSource()),
    MYSQL(
            "MySQL",
            "mysql-binlog-source.json",
            "mysql-snapshot-source.json",
            MySqlSource::start,
            new DebeziumMySqlSource());

    private final String title;
    private final String followingFile;
    private final String snapshotFile;
    private final Supplier<SourceServer> starter;
    private final DebeziumSource debezium;

    SourceKind(
            String title,
            String followingFile,
            String snapshotFile,
            Supplier<SourceServer> starter,
            DebeziumSource debezium) {
        this.title = title;
        this.followingFile = followingFile;
        this.snapshotFile = snapshotFile;
        this.starter = starter;
        this.debezium = debezium;
    }

    /** The kind of an option's value. */
    static SourceKind named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.option().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("benchmark.databases names \"" + name + "\"; there are "
                        + List.of(values()).stream().map(SourceKind::option).collect(Collectors.joining(" and "))
                        + "."));
    }

    /** Its name in options and files. */
    String option() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    String title() {
        return title;
    }

    /** The file of {@code config/} that follows every change. */
    String followingFile() {
        return followingFile;
    }

    /** The file of {@code config/} that copies whole tables. */
    String snapshotFile() {
        return snapshotFile;
    }

    SourceServer start() {
        return starter.get();
    }

    DebeziumSource debezium() {
        return debezium;
    }
}
