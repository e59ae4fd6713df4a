// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.metadata.Migrations;
import io.tablecast.sink.metadata.Retention;
import io.tablecast.sink.metadata.StagedLoadRecords;
import io.tablecast.sink.metadata.TableSources;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.offset.Advance;
import io.tablecast.sink.offset.Claim;
import io.tablecast.sink.offset.FencedException;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.offset.Standing;
import io.tablecast.sink.postgres.Connections;
import io.tablecast.sink.postgres.SinkSessions;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.EnumTypes;
import io.tablecast.sink.structure.EnumTypesMissing;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;

/**
 * One connection to the destination with all that is known through it. Every method is one transaction; after an
 * exception the transaction is rolled back, and the session is good for another try unless the connection broke. Used by
 * one thread.
 */
final class DestinationSession implements AutoCloseable {

    /** Renewed now and then, so that what PostgreSQL keeps for a session does not grow for ever. */
    private static final Duration LIFETIME = Duration.ofHours(24);

    private static final int WORK_MEMORY_KIB = 32 * 1024;

    private final SinkSettings settings;
    private final Connection connection;
    private final Staging staging;
    private final SinkOffsets offsets;
    private final TableStates states;
    private final TableSources sources;
    private final StagedLoadRecords stagedLoads;
    private final Retention retention;
    private final TableWriters writers;
    private final FlushTransaction transaction;
    private final Set<TopicPartition> announced = new HashSet<>();
    private final long openedNanos = System.nanoTime();

    private DestinationSession(SinkSettings settings, Connection connection, SinkOffsets offsets) throws SQLException {
        MetadataSchema schema = new MetadataSchema(settings.metadataSchema());
        String connector = settings.connection().connector();
        this.settings = settings;
        this.connection = connection;
        this.staging = new Staging(connection);
        this.offsets = offsets;
        this.states = new TableStates(schema, connector);
        this.sources = new TableSources(schema);
        this.stagedLoads = new StagedLoadRecords(schema, settings.namespace());
        this.writers = new TableWriters(settings, connection, staging, states, sources);
        this.transaction =
                new FlushTransaction(connection, writers, states, new RejectionLog(schema, connector), offsets);
        this.retention = new Retention(schema, connector, settings.history().retention());
    }

    /** Connects, and creates or upgrades the metadata schema. */
    static DestinationSession open(SinkSettings settings, Connections connections, SinkOffsets offsets)
            throws SQLException {
        Connection connection = connections.open();
        boolean isReady = false;
        try {
            connection.setAutoCommit(false);
            prepare(connection);
            Migrations.run(connection, new MetadataSchema(settings.metadataSchema()));
            DestinationSession session = new DestinationSession(settings, connection, offsets);
            session.retention.apply(connection);
            isReady = true;
            return session;
        } finally {
            if (!isReady) {
                connection.close();
            }
        }
    }

    // Staging tables have no statistics: the planner must not read a whole destination to find a few keys. Rows are put
    // into the order of their keys, for which a batch of usual size must find room, or it goes through files. A larger
    // work_mem of the role or the server stays.
    private static void prepare(Connection connection) throws SQLException {
        SinkSessions.mark(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET enable_hashjoin = off");
            statement.execute("SET enable_mergejoin = off");
            statement.execute("""
                    SELECT set_config('work_mem', greatest(setting::bigint, %d)::text || unit, false)
                    FROM pg_catalog.pg_settings WHERE name = 'work_mem'""".formatted(WORK_MEMORY_KIB));
        }
        connection.commit();
    }

    WriterResult.Claimed claim(Collection<TopicPartition> partitions) throws SQLException {
        return plainly(() -> {
            // A former owner that stands still may hold the rows; the next try finds that it has not moved.
            Sql.execute(connection, "SET LOCAL lock_timeout = '5s'");
            List<Claim> claims = offsets.claim(connection, partitions);
            WriterResult.Claimed claimed = new WriterResult.Claimed(
                    claims, stagedLoads.of(connection, partitions), states.snapshots(connection));
            connection.commit();
            announced.addAll(partitions);
            return claimed;
        });
    }

    /** Whether a flush whose COMMIT was not answered has happened. */
    Standing standing(Flush flush) throws SQLException {
        return plainly(() -> {
            Standing standing = offsets.standing(connection, flush.advances());
            if (standing == Standing.AFTER && !flush.movesAnything() && !areWritten(flush.notes())) {
                standing = Standing.BEFORE;
            }
            connection.rollback();
            return standing;
        });
    }

    private boolean areWritten(Collection<FlushNote> notes) throws SQLException {
        for (FlushNote note : notes) {
            if (!note.isWritten(connection)) {
                return false;
            }
        }
        return true;
    }

    /** Explains who has taken a partition of the flush. */
    FencedException fenced(Flush flush) throws SQLException {
        return plainly(() -> {
            FencedException fenced = offsets.fenced(connection, flush.advances());
            connection.rollback();
            return fenced;
        });
    }

    /**
     * Writes a flush: first all at once, and if something is refused, carefully.
     *
     * @param patience whether {@link WaitForMoreException} is welcome
     * @throws UnclearCommitException if nobody knows whether it was committed
     */
    Written write(Flush flush, Patience patience) throws SQLException, WaitForMoreException, UnclearCommitException {
        announce(flush);
        while (true) {
            try {
                return writeOnce(flush, patience);
            } catch (EnumTypesMissing e) {
                plainly(() -> {
                    EnumTypes.ensure(connection, e.table(), e.needed());
                    connection.commit();
                    return e;
                });
            }
        }
    }

    // A session that was opened after the claim.
    private void announce(Flush flush) throws SQLException {
        List<Advance> unknown = flush.advances().stream()
                .filter(advance -> !announced.contains(advance.partition()))
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        plainly(() -> {
            offsets.announce(connection, unknown);
            connection.commit();
            return unknown;
        });
        unknown.forEach(advance -> announced.add(advance.partition()));
    }

    private Written writeOnce(Flush flush, Patience patience)
            throws SQLException, WaitForMoreException, UnclearCommitException {
        try {
            return inTransaction(() -> transaction.atOnce(flush));
        } catch (SQLException e) {
            if (Outcome.of(e) == Outcome.RETRY) {
                throw e;
            }
        } catch (DataException valueDoesNotFit) {
            // The careful way finds the record.
        }
        RejectedRows.Strictness strictness =
                new RejectedRows.Strictness(settings.toleratesErrors(), patience == Patience.MAY_WAIT);
        return inTransaction(() -> transaction.carefully(flush, strictness));
    }

    /** Writes one thing down. */
    void write(FlushNote note) throws SQLException {
        plainly(() -> {
            note.write(connection);
            connection.commit();
            return note;
        });
    }

    /**
     * Makes the table this connector's, lets it follow its source, and says which columns were written to it.
     *
     * @throws TableFailedException if what failed concerns this table alone, and it is to be parked
     */
    WriterResult.LoadPrepared prepareLoad(LoadRequest request) throws SQLException {
        TableId table = request.table();
        return plainly(() -> {
            writers.ofTable(table, () -> {
                states.claim(connection, table);
                sources.copied(connection, table, request.source());
                if (request.announced().isPresent()) {
                    writers.restructure(table, request.announced().get());
                }
            });
            WriterResult.LoadPrepared prepared = new WriterResult.LoadPrepared(
                    request,
                    states.written(connection, table).known(),
                    DestinationCatalog.read(connection, table).isPresent(),
                    states.lastLoad(connection, table));
            connection.commit();
            // The load puts another table in its place.
            writers.forget(table);
            return prepared;
        });
    }

    private interface FlushWork {
        Written run() throws SQLException, WaitForMoreException, UnclearCommitException;
    }

    private interface PlainWork<T> {
        T run() throws SQLException;
    }

    private <T> T plainly(PlainWork<T> work) throws SQLException {
        boolean isDone = false;
        try {
            T result = work.run();
            isDone = true;
            return result;
        } finally {
            if (!isDone) {
                rollBack();
            }
        }
    }

    private Written inTransaction(FlushWork work) throws SQLException, WaitForMoreException, UnclearCommitException {
        boolean isDone = false;
        try {
            Written written = work.run();
            staging.committed();
            isDone = true;
            return written;
        } finally {
            if (!isDone) {
                rollBack();
            }
        }
    }

    // What was read or made in the transaction may not be so any more.
    private void rollBack() {
        writers.forgetAll();
        staging.rolledBackTo(0);
        staging.committed();
        try {
            connection.rollback();
        } catch (SQLException e) {
            abort();
        }
    }

    /** Ends the connection at once; the only method that another thread may call. */
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException("The driver refuses to close a broken connection", e);
        }
    }

    /** Whether another transaction can be tried on it. */
    boolean isUsable() throws SQLException {
        return !connection.isClosed() && System.nanoTime() - openedNanos < LIFETIME.toNanos();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
