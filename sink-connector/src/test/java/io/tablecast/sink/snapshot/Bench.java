// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static org.awaitility.Awaitility.await;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.SchemaEvolution;
import io.tablecast.sink.structure.TableShape;
import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Struct;

/** Runs loads against a database, with offsets and the registry of loads in tables of that database. */
final class Bench implements LoadRegistry {

    static final TableId ORDERS = new TableId("shop", "orders");
    static final long NEXT_OFFSET = 4711;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final LoadSettings SETTINGS = new LoadSettings(
            SnapshotApply.SWAP,
            SwapMode.AUTO,
            LoadSettings.Previous.KEPT,
            LoadSettings.TruncateReach.TABLE,
            LoadSettings.SequenceReset.ADVANCED,
            LoadSettings.Statistics.GATHERED,
            TableShape.DEFAULT,
            ColumnDrop.KEEP,
            new SchemaEvolution(EvolutionMode.BASIC, ColumnDrop.KEEP, Duration.ofMillis(200), TableShape.DEFAULT),
            List.of(),
            List.of(),
            Duration.ofMillis(200),
            new LoadSettings.Limits(Duration.ofMinutes(10), Duration.ofMinutes(10)),
            16L * 1024 * 1024);

    private final Database database;
    private final LoadConnections connections;
    private final TableId table;
    private final String mode;
    private final LoadSettings settings;
    private final Set<String> knownColumns;

    private Bench(
            Database database,
            LoadConnections connections,
            TableId table,
            String mode,
            LoadSettings settings,
            Set<String> knownColumns) {
        this.database = database;
        this.connections = connections;
        this.table = table;
        this.mode = mode;
        this.settings = settings;
        this.knownColumns = knownColumns;
    }

    /** Loads of a source in mode snapshot, with all settings at their defaults. */
    static Bench on(Database database) {
        database.execute(
                "CREATE TABLE stored_offset (next_offset bigint)",
                "CREATE SEQUENCE claims",
                "CREATE TABLE running_load (name text PRIMARY KEY, pid int, started timestamptz)");
        return new Bench(database, database::connection, ORDERS, "snapshot", SETTINGS, Set.of());
    }

    Bench into(TableId other) {
        return new Bench(database, connections, other, mode, settings, knownColumns);
    }

    /** Loads run as that role; it may use what the bench keeps. */
    Bench as(Role role) {
        String name = "\"" + role.name() + "\"";
        database.execute(
                "GRANT ALL ON stored_offset, running_load TO " + name,
                "GRANT CREATE ON DATABASE \"" + database.name() + "\" TO " + name);
        return new Bench(database, () -> database.connection(role), table, mode, settings, knownColumns);
    }

    Bench inMode(String other) {
        return new Bench(database, connections, table, other, settings, knownColumns);
    }

    Bench knowing(String... columns) {
        return new Bench(database, connections, table, mode, settings, Set.of(columns));
    }

    Bench with(SnapshotApply apply, SwapMode swapMode) {
        return set(s -> new LoadSettings(
                apply,
                swapMode,
                s.previous(),
                s.truncateReach(),
                s.sequenceReset(),
                s.statistics(),
                s.shape(),
                s.columnDrop(),
                s.evolution(),
                s.grantSelectTo(),
                s.postSwapSql(),
                s.lockTimeout(),
                s.limits(),
                s.maximumQueueBytes()));
    }

    Bench with(ColumnDrop columnDrop, String... postSwapSql) {
        return set(s -> new LoadSettings(
                s.apply(),
                s.swapMode(),
                s.previous(),
                s.truncateReach(),
                s.sequenceReset(),
                s.statistics(),
                s.shape(),
                columnDrop,
                s.evolution(),
                s.grantSelectTo(),
                List.of(postSwapSql),
                s.lockTimeout(),
                s.limits(),
                s.maximumQueueBytes()));
    }

    Bench set(UnaryOperator<LoadSettings> change) {
        return new Bench(database, connections, table, mode, change.apply(settings), knownColumns);
    }

    /** Starts a load under a new claim and hands nothing over yet. */
    SnapshotLoad start(SourceShape source) {
        long claim = database.number("SELECT nextval('public.claims')");
        return SnapshotLoad.start(
                new LoadPlan(
                        table,
                        SnapshotBegin.ofTable("snapshot-" + claim, mode, source.structure()),
                        source.row(),
                        new LoadPlan.Attempt(claim, 0),
                        knownColumns,
                        settings),
                connections,
                this,
                Bench::advance);
    }

    /** Loads the rows from begin to end and returns the load, done or failed. */
    SnapshotLoad load(SourceShape source, List<Struct> rows) {
        SnapshotLoad load = start(source);
        add(load, rows);
        load.end(new SnapshotEnd(load.snapshotId(), rows.size()), NEXT_OFFSET);
        awaitEnd(load);
        return load;
    }

    /** The same, and it must succeed. */
    LoadResult loaded(SourceShape source, List<Struct> rows) throws Exception {
        SnapshotLoad load = load(source, rows);
        if (load.failure().isPresent()) {
            throw load.failure().get();
        }
        return load.result().orElseThrow();
    }

    static void add(SnapshotLoad load, List<Struct> rows) {
        for (int i = 0; i < rows.size(); i++) {
            load.add(new LoadRow(rows.get(i), i + 1, 100 + i));
        }
    }

    static void awaitEnd(SnapshotLoad load) {
        // Most loads of tests are over in less than Awaitility's usual interval.
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> load.state() != LoadState.LOADING && load.state() != LoadState.SWITCHING);
    }

    private static void advance(Connection connection, long nextOffset) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO public.stored_offset VALUES (?)")) {
            statement.setLong(1, nextOffset);
            statement.execute();
        }
    }

    @Override
    public Optional<LoadBackend> running(Connection connection, TableId destination) throws SQLException {
        return Sql.query(
                        connection,
                        "SELECT pid, started FROM public.running_load WHERE name = ?",
                        row -> new LoadBackend(row.getInt(1), row.getObject(2, OffsetDateTime.class)),
                        destination.toString())
                .stream()
                .findFirst();
    }

    @Override
    public void started(Connection connection, TableId destination, String snapshotId, LoadBackend backend)
            throws SQLException {
        Sql.query(
                connection,
                "INSERT INTO public.running_load VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
                        + " SET pid = excluded.pid, started = excluded.started RETURNING 1",
                row -> row.getInt(1),
                destination.toString(),
                backend.pid(),
                backend.startedAt());
    }

    @Override
    public void failed(Connection connection, LoadFailure failure) throws SQLException {
        // Tests ask the load itself.
    }

    @Override
    public void finished(Connection connection, LoadResult result) throws SQLException {
        Sql.query(
                connection,
                "DELETE FROM public.running_load WHERE name = ? RETURNING 1",
                row -> row.getInt(1),
                result.table().toString());
    }
}
