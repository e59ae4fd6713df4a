// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.nio.file.Path;
import java.util.Map;

/** Tablecast with the files of {@code config/} as they ship but for the converters. */
final class TablecastPipeline implements Pipeline {
    /** No second copy comes within a run. */
    private static final Map<String, String> ONE_COPY = Map.of("poll.interval.ms", "86400000");

    private final ShippedSettings shipped;
    private final String sourceFile;
    private final Map<String, String> extra;
    private final String topicSuffix;

    private TablecastPipeline(Path root, String sourceFile, Map<String, String> extra, String topicSuffix) {
        this.shipped = new ShippedSettings(root);
        this.sourceFile = sourceFile;
        this.extra = Map.copyOf(extra);
        this.topicSuffix = topicSuffix;
    }

    /**
     * A first copy and every change: by queue, or by binlog.
     *
     * @param root the repository
     */
    static TablecastPipeline following(Path root, SourceKind kind) {
        return new TablecastPipeline(root, kind.followingFile(), Map.of(), "");
    }

    /** A copy of the whole table that is swapped in, each time the source is told to begin anew. */
    static TablecastPipeline copying(Path root, SourceKind kind) {
        return new TablecastPipeline(root, kind.snapshotFile(), ONE_COPY, "");
    }

    /** The same from PostgreSQL with {@code snapshot.format=copy}. */
    static TablecastPipeline copyingInBinaryForm(Path root) {
        return new TablecastPipeline(root, "postgres-snapshot-copy-source.json", ONE_COPY, ".copy");
    }

    @Override
    public String name() {
        return "Tablecast";
    }

    @Override
    public Map<String, String> source(Run run) {
        Map<String, String> settings = shipped.source(sourceFile, run.source(), run.id(), "shop\\.orders");
        settings.putAll(extra);
        return settings;
    }

    @Override
    public Map<String, String> sink(Run run) {
        return shipped.sink(run.destination(), run.topic() + topicSuffix);
    }

    @Override
    public Progress progress(Run run) {
        return new TableProgress(run, OrdersTable.NAME);
    }

    @Override
    public void cleanUp(Run run) {
        // Queue, triggers and offsets lie in the run's databases.
    }
}
