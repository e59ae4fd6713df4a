// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.Database;
import io.tablecast.testing.WorkerMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/** What must not grow while a pipeline runs, measured when nothing is under way. */
enum Measure {
    HEAP("heap of a worker after a collection, MiB", 24) {
        @Override
        long of(Stage stage) {
            try (WorkerMetrics metrics = firstWorker(stage)) {
                metrics.collectGarbage();
                CompositeData usage = (CompositeData) metrics.value(bean(metrics, "Memory"), "HeapMemoryUsage");
                return (Long) usage.get("used") >> 20;
            }
        }
    },
    THREADS("threads of that worker", 15) {
        @Override
        long of(Stage stage) {
            try (WorkerMetrics metrics = firstWorker(stage)) {
                return (Integer) metrics.value(bean(metrics, "Threading"), "ThreadCount");
            }
        }
    },
    FILES("files that the workers keep, temporary ones too", 10) {
        @Override
        long of(Stage stage) {
            return stage.workers().stream()
                    .mapToLong(worker -> files(worker.log().getParent()))
                    .sum();
        }
    },
    SOURCE_SESSIONS("sessions at the PostgreSQL source", 5) {
        @Override
        long of(Stage stage) {
            return sessions(stage.source());
        }
    },
    DESTINATION_SESSIONS("sessions at the destination", 5) {
        @Override
        long of(Stage stage) {
            return sessions(stage.destination());
        }
    },
    SOURCE_CATALOGUE("rows of the source's catalogue", 200) {
        @Override
        long of(Stage stage) {
            return catalogue(stage.source());
        }
    },
    DESTINATION_CATALOGUE("rows of the destination's catalogue", 200) {
        @Override
        long of(Stage stage) {
            return catalogue(stage.destination());
        }
    };

    private final String description;
    private final long slack;

    Measure(String description, long slack) {
        this.description = description;
        this.slack = slack;
    }

    String description() {
        return description;
    }

    /** Whether it is so much more than before that it will go on growing. */
    boolean hasGrown(long before, long after) {
        return after > before + before / 5 + slack;
    }

    abstract long of(Stage stage);

    private static WorkerMetrics firstWorker(Stage stage) {
        return stage.workers().get(0).metrics();
    }

    private static ObjectName bean(WorkerMetrics metrics, String type) {
        return metrics.names("java.lang:type=" + type).get(0);
    }

    private static long sessions(Database database) {
        return database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name <> 'tablecast-testing'");
    }

    private static long catalogue(Database database) {
        return database.number("SELECT (SELECT count(*) FROM pg_class) + (SELECT count(*) FROM pg_attribute)"
                + " + (SELECT count(*) FROM pg_type) + (SELECT count(*) FROM pg_depend)");
    }

    private static long files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
