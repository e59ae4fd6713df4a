// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.incremental.Horizon;
import io.tablecast.source.incremental.PageRecords;
import io.tablecast.source.incremental.RangeCopy;
import io.tablecast.source.incremental.SentPosition;
import io.tablecast.source.incremental.TableAccess;
import io.tablecast.source.incremental.UpperBound;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.reading.RecordBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a table of MySQL or MariaDB by its control column. A look is a read-only transaction without row locks. */
final class MySqlAccess implements TableAccess<SeenMySqlTable> {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlAccess.class);

    private final BinlogTable table;
    private final MySqlSettings settings;
    private final MySqlServer server;
    private final MySqlControlCopies copies;
    private final RowStream stream;
    private final TransactionLooks looks;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final ControlMetrics controlMetrics;
    private final Clock clock;

    /** @param server that is read from */
    MySqlAccess(
            BinlogTable table,
            MySqlSettings settings,
            MySqlServer server,
            MySqlControlCopies copies,
            RowStream stream,
            TransactionLooks looks,
            RecordBuffer buffer,
            TableMetrics metrics,
            ControlMetrics controlMetrics,
            Clock clock) {
        this.table = table;
        this.settings = settings;
        this.server = server;
        this.copies = copies;
        this.stream = stream;
        this.looks = looks;
        this.buffer = buffer;
        this.metrics = metrics;
        this.controlMetrics = controlMetrics;
        this.clock = clock;
    }

    @Override
    public SeenMySqlTable read(Connection connection) throws SQLException {
        SeenMySqlTable now = look(connection);
        end(connection);
        if (!now.opened().hasSnapshots()) {
            LOG.warn(
                    "{} is stored by {}, which has no snapshots: rows that are written while it is read may be passed"
                            + " over. ALTER TABLE {} ENGINE = InnoDB helps",
                    id(),
                    now.opened().engine(),
                    Identifiers.quote(id()));
        }
        return now;
    }

    @Override
    public Horizon horizon(SeenMySqlTable known) {
        return known.controlType() == ControlType.INTEGER
                ? new MySqlIntegerHorizon(
                        id(),
                        known.layout().quotedName(),
                        known.control(),
                        table.settings().incremental(),
                        looks,
                        controlMetrics)
                : new MySqlTimeHorizon(id(), known.control(), table.settings().incremental(), looks, controlMetrics);
    }

    @Override
    public SeenMySqlTable begin(Connection connection, SeenMySqlTable known) throws SQLException {
        return look(connection);
    }

    @Override
    public void end(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        }
    }

    @Override
    public boolean isAnother(SeenMySqlTable now, SeenMySqlTable known) {
        return !now.control().equals(known.control());
    }

    @Override
    public Optional<List<SchemaChange>> changes(Connection connection, SeenMySqlTable now, TableOffset.Following last) {
        return ColumnChanges.between(StoredLayout.parse(last.columns()).columns(), now.columns(), now.layout());
    }

    @Override
    public SentPosition copy(Connection connection, SeenMySqlTable now, UpperBound bound)
            throws SQLException, InterruptedException {
        return copies.ofTable(connection, now, bound);
    }

    @Override
    public SentPosition copyRange(Connection connection, SeenMySqlTable now, RangeCopy range, SentPosition before)
            throws SQLException, InterruptedException {
        return copies.ofRange(connection, now, range, before);
    }

    @Override
    public long page(
            Connection connection, SeenMySqlTable now, UpperBound bound, SentPosition sent, List<SchemaChange> changes)
            throws SQLException, InterruptedException {
        ControlQuery queries = now.queries(table.settings().condition());
        boolean hasKey = !now.layout().key().isEmpty();
        Clause rows = queries.next(sent.position(), bound);
        if (!hasKey) {
            rows = wholeGroups(connection, now, queries, rows);
        }
        FoundMySqlTable found =
                new FoundMySqlTable(table, now.layout(), settings.topicPrefix(), OpenedTable.time(connection), server);
        PageRecords page = new PageRecords(found, sent, changes, buffer, metrics);
        AtomicLong count = new AtomicLong();
        String query =
                queries.page(rows) + (hasKey ? " LIMIT " + table.settings().batchMaxRows() : "");
        stream.read(connection, query, rows, result -> {
            count.incrementAndGet();
            Struct row = now.layout().row(result);
            String control = queries.control(result);
            if (hasKey) {
                page.add(row, control, queries.key(result), RowStream.weight(row));
            } else {
                page.add(row, control, RowStream.weight(row));
            }
        });
        page.finish();
        return count.get();
    }

    @Override
    public void reportUnreachable(Connection connection, SeenMySqlTable now) throws SQLException {
        if (!now.control().column().nullable()) {
            return;
        }
        Clause rows = now.queries(table.settings().condition()).ownUnreachable();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT COUNT(*) FROM " + now.layout().quotedName() + " WHERE " + rows.text())) {
            rows.bind(query);
            try (ResultSet result = query.executeQuery()) {
                result.next();
                controlMetrics.rowsWithoutControl(result.getLong(1));
                if (result.getLong(1) > 0) {
                    LOG.warn(
                            "{} rows of {} have no control value to be found by: \"{}\" is NULL. They are in copies, but"
                                    + " their changes are not seen",
                            result.getLong(1),
                            id(),
                            now.controlName());
                }
            }
        }
    }

    /** No row of these servers tells who wrote it, and when. */
    @Override
    public void lookForLateRows(Connection connection, SeenMySqlTable now, ControlPosition position) {
        LOG.trace("Late rows of {} are found by a comparison with the destination only", id());
    }

    /** Rows of equal control values are never torn apart, because nothing else tells them from each other. */
    private Clause wholeGroups(Connection connection, SeenMySqlTable now, ControlQuery queries, Clause rows)
            throws SQLException {
        String lastOfPage = queries.lastControl(rows, table.settings().batchMaxRows());
        try (PreparedStatement query = connection.prepareStatement(lastOfPage)) {
            rows.bind(query);
            try (ResultSet result = query.executeQuery()) {
                return result.next() ? queries.upTo(rows, now.control().text(result.getBytes(1))) : rows;
            }
        }
    }

    private SeenMySqlTable look(Connection connection) throws SQLException {
        OpenedTable opened = OpenedTable.open(connection, server, table, settings, clock)
                // It may be made anew; whoever dropped it for good takes it out of the configuration.
                .orElseThrow(() -> new SQLTransientException(
                        "Table " + id() + " does not exist; it is read when it is there again"));
        return SeenMySqlTable.of(id(), table.settings(), opened);
    }

    private TableId id() {
        return table.partition().table();
    }
}
