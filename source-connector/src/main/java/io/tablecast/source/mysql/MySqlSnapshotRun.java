// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.MySqlSourceBlock;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlMode;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyRecords;
import io.tablecast.source.snapshot.NextRun;
import io.tablecast.source.snapshot.SnapshotPoint;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a table in mode {@code snapshot}: a copy of it as one transaction sees it. Nothing at these servers proves
 * that a table has not changed, so each run copies. Used by one thread at a time.
 */
final class MySqlSnapshotRun {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlSnapshotRun.class);

    private static final int NO_SUCH_TABLE = 1146;
    private static final int NO_SUCH_DATABASE = 1049;
    private static final int MICROS = 6;

    private final BinlogTable table;
    private final MySqlSettings settings;
    private final OpenConnections connections;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final Clock clock;

    MySqlSnapshotRun(
            BinlogTable table,
            MySqlSettings settings,
            OpenConnections connections,
            RecordBuffer buffer,
            TableMetrics metrics,
            Clock clock) {
        this.table = table;
        this.settings = settings;
        this.connections = connections;
        this.buffer = buffer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The server that answers now. */
    SourceIdentity source() throws SQLException {
        Connection connection = connections.open();
        try {
            return source(MySqlServer.read(connection));
        } finally {
            connections.close(connection);
        }
    }

    /** Runs the table and says when the next run is due. */
    NextRun run(NextRun previous) throws SQLException, InterruptedException {
        Connection connection = connections.open();
        try {
            Instant begun = clock.instant();
            MySqlServer server = MySqlServer.read(connection);
            Charsets charsets = Charsets.read(connection, server.isMariaDb());
            MySqlCatalog catalog = new MySqlCatalog(connection, server);
            begin(connection);
            Optional<Described> described = describe(catalog);
            if (described.isEmpty()) {
                LOG.warn("{} does not exist any more at the source; looking again at the next run", id());
                return new NextRun(nextAfter(clock.instant()), begun, previous.offsetTime(), "", previous.snapshotId());
            }
            TableLayout layout = layout(server, charsets, described.get());
            return copied(connection, server, layout, begun, catalog.estimatedRows(id()));
        } finally {
            connections.close(connection);
        }
    }

    private static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // A table that somebody alters must not keep a thread from the others.
            statement.execute("SET SESSION lock_wait_timeout = 5");
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("START TRANSACTION READ ONLY");
        }
    }

    /** How the table looks for the rest of the transaction. */
    private Optional<Described> describe(MySqlCatalog catalog) throws SQLException {
        try {
            catalog.open(id());
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE || e.getErrorCode() == NO_SUCH_DATABASE) {
                return Optional.empty();
            }
            throw e;
        }
        String engine = catalog.engine(id());
        if (!engine.equals("InnoDB")) {
            LOG.warn(
                    "{} is stored by {}, which has no snapshots: rows that are written while it is copied may be in the"
                            + " copy or not. ALTER TABLE {} ENGINE = InnoDB makes copies exact",
                    id(),
                    engine,
                    Identifiers.quote(id()));
        }
        return catalog.describe(id());
    }

    private TableLayout layout(MySqlServer server, Charsets charsets, Described described) {
        TableFrame frame = new TableFrame(
                id(),
                TableLayout.kind(server.isMariaDb()),
                table.settings(),
                table.topic(),
                settings.schemaNames(),
                settings.modes(),
                clock);
        List<String> key = TableKey.choice(described, table.settings()).columns();
        return TableLayout.of(frame, described.columns(), described.structure(), key, charsets);
    }

    private NextRun copied(
            Connection connection, MySqlServer server, TableLayout layout, Instant begun, long estimatedRows)
            throws SQLException, InterruptedException {
        SourceIdentity source = source(server);
        Instant time = time(connection);
        String snapshot = SnapshotPoint.newId(time);
        String mode = MySqlMode.SNAPSHOT.configName();
        LOG.info("Copying {} as snapshot {}", id(), snapshot);
        MySqlSourceBlock sourceBlock = new MySqlSourceBlock(settings.topicPrefix(), id());
        CopyRecords records = new CopyRecords(
                new SnapshotCopy(table, layout, sourceBlock, time, server.serverId()),
                SnapshotBegin.ofTable(snapshot, mode, layout.structure()),
                OffsetCodec.encode(new TableOffset.Copying(source, mode, snapshot)),
                OffsetCodec.encode(new TableOffset.Copied(source, snapshot, begun, "")),
                buffer,
                metrics);
        metrics.copyStarted(estimatedRows);
        new StreamedRows(layout, table.settings().condition(), records, connections).read(connection);
        long rows = records.finish();
        metrics.copyFinished();
        Instant ended = clock.instant();
        NextRun next = new NextRun(nextAfter(ended), begun, begun, "", snapshot);
        LOG.info(
                "Copied {} as snapshot {}: {} rows in {} ms; next run at {}",
                id(),
                snapshot,
                rows,
                Duration.between(begun, ended).toMillis(),
                next.due());
        return next;
    }

    private Instant nextAfter(Instant run) {
        return table.settings().runTimes().nextAfter(run);
    }

    private TableId id() {
        return table.partition().table();
    }

    private SourceIdentity source(MySqlServer server) {
        return new SourceIdentity(server.uuid(), id().schema());
    }

    private static Instant time(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT UNIX_TIMESTAMP(NOW(6))")) {
            result.next();
            BigDecimal micros = new BigDecimal(result.getString(1)).movePointRight(MICROS);
            return Instant.EPOCH.plus(Duration.ofNanos(micros.longValue() * 1_000));
        }
    }
}
