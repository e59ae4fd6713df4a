// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.NextOffsetFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Connect alone: a source that hands out ready records, a sink that drops them. What converters, worker and broker take is
 * what no pipeline can save.
 */
final class FloorPipeline implements Pipeline {

    @Override
    public String name() {
        return "Floor";
    }

    @Override
    public Map<String, String> source(Run run) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.tablecast.benchmarks.plugin.ReadyRecordsConnector");
        settings.put("tasks.max", "1");
        settings.put("topic", run.topic());
        settings.put("rows", String.valueOf(run.orders().rows()));
        settings.put("updates", String.valueOf(run.orders().updatedRows()));
        settings.put("signal.file", signal(run).toString());
        settings.putAll(ClientSettings.PRODUCER);
        return settings;
    }

    @Override
    public Map<String, String> sink(Run run) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.tablecast.benchmarks.plugin.DroppingSinkConnector");
        settings.put("tasks.max", "1");
        settings.put("topics", run.topic());
        settings.put("progress.file", progressFile(run).toString());
        settings.putAll(ClientSettings.CONSUMER);
        return settings;
    }

    @Override
    public Progress progress(Run run) {
        return new Records(run);
    }

    @Override
    public void cleanUp(Run run) {
        // Its files lie in the run's folder.
    }

    private static Path signal(Run run) {
        return run.folder().resolve(run.id() + "-update");
    }

    private static Path progressFile(Run run) {
        return run.folder().resolve(run.id() + "-progress");
    }

    /** Counts records: there is no copy. */
    private static final class Records implements Progress {
        private final Run run;
        private final NextOffsetFile file;

        Records(Run run) {
            this.run = run;
            this.file = new NextOffsetFile(progressFile(run));
        }

        @Override
        public boolean isCopied() {
            return file.next() >= run.orders().rows();
        }

        @Override
        public void completeIndexes() {}

        @Override
        public void update() {
            try {
                Files.createFile(signal(run));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot create " + signal(run), e);
            }
        }

        @Override
        public boolean isUpdated() {
            return file.next() >= run.orders().rows() + run.orders().updatedRows();
        }

        @Override
        public List<Duration> latencies() {
            return List.of();
        }

        @Override
        public void requireEqual() {
            // Nothing is kept that could be compared.
        }

        @Override
        public void close() {
            // Opened for each look.
        }
    }
}
