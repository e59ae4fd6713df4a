// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.reading.TableTurns;
import io.tablecast.source.snapshot.CopyThreads;
import io.tablecast.source.snapshot.RowReading;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the tables of a task that have mode {@code incremental}: each is copied once, then looked at again and again.
 * One thread is always free of copies, so that copied tables go on.
 */
public final class IncrementalReader implements ModeReader {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final List<IncrementalTable> tables;
    private final SourceIdentity source;
    private final RecordSettings records;
    private final OpenConnections openConnections;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final Function<TableId, ControlMetrics> controlMetrics;
    private final Clock clock;
    private final CopyThreads threads;
    private final TableTurns turns;

    /**
     * Prepares the reader.
     *
     * @param threads how many tables are copied at once, and with how many connections
     */
    public IncrementalReader(
            List<IncrementalTable> tables,
            SourceIdentity source,
            RecordSettings records,
            Connections connections,
            SessionPool sessions,
            CopyThreads threads,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            Function<TableId, TableMetrics> metrics,
            Function<TableId, ControlMetrics> controlMetrics,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.source = source;
        this.records = records;
        this.openConnections = new OpenConnections(sessions, connections.target());
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.controlMetrics = controlMetrics;
        this.clock = clock;
        this.threads = threads;
        this.turns = new TableTurns("tablecast-incremental-", threads.count() + 1, connections, buffer, clock);
    }

    @Override
    public void start() {
        tables.forEach(this::begin);
    }

    @Override
    public void stop() {
        turns.requestStop();
        openConnections.cutAll();
        try {
            turns.awaitEnd(STOP_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(IncrementalTable table) {
        TableMetrics ofTable = metrics.apply(table.id());
        ControlMetrics ofControl = controlMetrics.apply(table.id());
        ControlCopies copies = new ControlCopies(
                table, source, new RowReading(openConnections, threads), buffer, heartbeats, ofTable, clock);
        TableRun<KnownTable> run = new TableRun<>(
                table.controlled(),
                source,
                new PostgresAccess(table, records, copies, buffer, ofTable, ofControl, clock),
                openConnections,
                threads,
                heartbeats,
                ofTable,
                clock);
        turns.begin(table.id(), table.settings().onTableError(), ofTable, () -> {
            Duration wait = run.run();
            return Optional.of(clock.instant().plus(wait));
        });
    }
}
