// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.incremental.ControlledTable;
import io.tablecast.source.incremental.TableRun;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.reading.TableTurns;
import io.tablecast.source.snapshot.CopyThreads;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the tables of a task that have mode {@code incremental}: each is copied once, then looked at again and again. One
 * thread is always free of copies, so that copied tables go on.
 */
public final class MySqlIncrementalReader implements ModeReader {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final List<BinlogTable> tables;
    private final MySqlSettings settings;
    private final SessionPool sessions;
    private final OpenConnections openConnections;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final Function<TableId, ControlMetrics> controlMetrics;
    private final Clock clock;
    private final CopyThreads threads;
    private final TableTurns turns;
    private final TransactionLooks looks = new TransactionLooks();

    public MySqlIncrementalReader(
            List<BinlogTable> tables,
            MySqlSettings settings,
            MySqlConnections connections,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            Function<TableId, TableMetrics> metrics,
            Function<TableId, ControlMetrics> controlMetrics,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.settings = settings;
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.controlMetrics = controlMetrics;
        this.clock = clock;
        this.threads = new CopyThreads(settings.snapshotThreads(), settings.chunkRows());
        this.sessions = connections.pool(threads.count() + 1);
        this.openConnections = new OpenConnections(sessions, connections.target());
        this.turns = new TableTurns(
                "tablecast-incremental-", threads.count() + 1, new MySqlMeaning(connections), buffer, clock);
    }

    @Override
    public void start() {
        for (BinlogTable table : tables) {
            TableId id = table.partition().table();
            TableMetrics ofTable = metrics.apply(id);
            turns.begin(id, table.settings().onTableError(), ofTable, new Looks(table, ofTable));
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
        sessions.closeAll();
    }

    /** The looks at one table. The first one also finds out which server answers. */
    private final class Looks implements TableTurns.Turn {

        private final BinlogTable table;
        private final TableMetrics tableMetrics;
        private TableRun<SeenMySqlTable> run;

        Looks(BinlogTable table, TableMetrics tableMetrics) {
            this.table = table;
            this.tableMetrics = tableMetrics;
        }

        @Override
        public Optional<Instant> take() throws SQLException, InterruptedException {
            if (run == null) {
                run = run(openConnections.use(MySqlServer::read));
            }
            Duration wait = run.run();
            return Optional.of(clock.instant().plus(wait));
        }

        private TableRun<SeenMySqlTable> run(MySqlServer server) {
            TableId id = table.partition().table();
            RowStream stream = new RowStream(openConnections);
            MySqlControlCopies copies =
                    new MySqlControlCopies(table, settings, server, stream, buffer, heartbeats, tableMetrics, clock);
            return new TableRun<>(
                    controlled(),
                    new SourceIdentity(server.uuid(), id.schema()),
                    new MySqlAccess(
                            table,
                            settings,
                            server,
                            copies,
                            stream,
                            looks,
                            buffer,
                            tableMetrics,
                            controlMetrics.apply(id),
                            clock),
                    openConnections,
                    threads,
                    heartbeats,
                    tableMetrics,
                    clock);
        }

        private ControlledTable controlled() {
            MySqlTableSettings ofTable = table.settings();
            return new ControlledTable(
                    table.partition(),
                    ofTable.incremental().startValue(),
                    ofTable.snapshotMode(),
                    ofTable.runTimes(),
                    ofTable.batchMaxRows(),
                    table.offset());
        }
    }
}
