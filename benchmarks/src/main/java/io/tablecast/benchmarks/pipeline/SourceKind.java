// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which database pipelines read from, and what reads it. */
enum SourceKind {
    POSTGRES("PostgreSQL", "postgres-queue-source.json", "postgres-snapshot-source.json") {
        @Override
        SourceServer start() {
            return PostgresSource.start();
        }

        @Override
        DebeziumSource debezium() {
            return new DebeziumPostgresSource();
        }
    },
    MYSQL("MySQL", "mysql-binlog-source.json", "mysql-snapshot-source.json") {
        @Override
        SourceServer start() {
            return MySqlSource.start();
        }

        @Override
        DebeziumSource debezium() {
            return new DebeziumMySqlSource();
        }
    };

    private final String title;
    private final String followingFile;
    private final String snapshotFile;

    SourceKind(String title, String followingFile, String snapshotFile) {
        this.title = title;
        this.followingFile = followingFile;
        this.snapshotFile = snapshotFile;
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

    /** A server with nothing in it. */
    abstract SourceServer start();

    /** Debezium's connector for it. */
    abstract DebeziumSource debezium();
}
