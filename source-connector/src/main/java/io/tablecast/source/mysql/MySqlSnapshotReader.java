// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.reading.TableTurns;
import io.tablecast.source.snapshot.NextRun;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Runs the tables of mode {@code snapshot} at their times, some of them at once, each with a connection of its own. */
public final class MySqlSnapshotReader implements ModeReader {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final List<BinlogTable> tables;
    private final MySqlSettings settings;
    private final OpenConnections openConnections;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final TableTurns turns;

    public MySqlSnapshotReader(
            List<BinlogTable> tables,
            MySqlSettings settings,
            MySqlConnections connections,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            Function<TableId, TableMetrics> metrics,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.settings = settings;
        this.openConnections = new OpenConnections(connections::open, connections.target());
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
        this.turns = new TableTurns(
                "tablecast-snapshot-", settings.snapshotThreads(), new MySqlMeaning(connections), buffer, clock);
    }

    @Override
    public void start() {
        for (BinlogTable table : tables) {
            TableId id = table.partition().table();
            TableMetrics ofTable = metrics.apply(id);
            turns.begin(id, table.settings().onTableError(), ofTable, new Runs(table, ofTable));
        }
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

    /** The runs of one table. Its first turn only finds out when the first run is due. */
    private final class Runs implements TableTurns.Turn {

        private final BinlogTable table;
        private final TableMetrics tableMetrics;
        private final MySqlSnapshotRun run;
        private NextRun next;

        Runs(BinlogTable table, TableMetrics tableMetrics) {
            this.table = table;
            this.tableMetrics = tableMetrics;
            this.run = new MySqlSnapshotRun(table, settings, openConnections, buffer, tableMetrics, clock);
        }

        @Override
        public Optional<Instant> take() throws SQLException, InterruptedException {
            if (next == null) {
                next = first();
                return Optional.of(next.due());
            }
            tableMetrics.behindSince(next.due().toEpochMilli());
            next = run.run(next);
            tableMetrics.succeeded();
            return Optional.of(next.due());
        }

        private NextRun first() throws SQLException, InterruptedException {
            SourceIdentity source = run.source();
            Instant now = clock.instant();
            if (NextRun.beginsWithoutData(table.offset(), table.settings().snapshotMode())) {
                heartbeats.send(table.partition(), OffsetCodec.encode(new TableOffset.Copied(source, "", now, "")));
            }
            return NextRun.of(
                    table.offset(),
                    table.settings().snapshotMode(),
                    table.settings().runTimes(),
                    source,
                    now);
        }
    }
}
