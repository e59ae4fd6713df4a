// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.ConnectionSettings;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TableLocksIT {

    private static final List<TableId> TABLES = List.of(new TableId("shop", "a"), new TableId("shop", "b"));
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Database database = PostgresServer.shared().createDatabase();
    private final Connections connections = new Connections(new ConnectionSettings(
            database.jdbcUrl(), database.user(), new Password(database.password()), Map.of(), "locker"));
    private final CountDownLatch stop = new CountDownLatch(1);

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void successorGetsTheLocksWhenTheHolderLetsGo() throws Exception {
        TableLocks holder = acquire(TABLES, LONG);
        CompletableFuture<TableLocks> successor =
                CompletableFuture.supplyAsync(() -> acquireAsync(TABLES.subList(1, 2)));
        awaitWaiting();

        holder.close();

        successor.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void holderThatDoesNotLetGoIsEndedAndNoticesIt() throws Exception {
        try (TableLocks holder = acquire(TABLES, LONG);
                TableLocks successor = acquire(TABLES, SHORT)) {
            successor.confirm();
            assertThatThrownBy(holder::confirm).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void holderThatWasEndedWaitsForItsSuccessorAndDoesNotEndIt() throws Exception {
        TableLocks lost = acquire(TABLES, LONG);
        TableLocks successor = acquire(TABLES, SHORT);
        CompletableFuture<TableLocks> again = CompletableFuture.supplyAsync(() -> acquireAgainAsync(lost));
        awaitWaiting();

        successor.confirm();
        assertThat(again).isNotDone();
        successor.close();

        again.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void ownSessionThatTheServerStillHoldsIsEndedAtOnce() throws Exception {
        TableLocks lost = acquire(TABLES, LONG);

        try (TableLocks again = TableLocks.acquireAgain(connections, "locker", "erp", TABLES, stop, lost)) {
            again.confirm();
            assertThatThrownBy(lost::confirm).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void otherTablesConnectorsAndPrefixesDoNotDisturb() throws Exception {
        try (TableLocks holder = acquire(TABLES, LONG);
                TableLocks other = acquire(List.of(new TableId("shop", "c")), LONG);
                TableLocks otherConnector = TableLocks.acquire(connections, "other", "erp", TABLES, stop, LONG);
                TableLocks otherPrefix = TableLocks.acquire(connections, "locker", "crm", TABLES, stop, LONG)) {
            holder.confirm();
            other.confirm();
            otherConnector.confirm();
            otherPrefix.confirm();
        }
    }

    @Test
    void waitingEndsWhenTheTaskStops() throws Exception {
        try (TableLocks holder = acquire(TABLES, LONG)) {
            stop.countDown();

            assertThatThrownBy(() -> acquire(TABLES, LONG)).isInstanceOf(InterruptedException.class);
            holder.confirm();
        }
    }

    private void awaitWaiting() {
        Conditions.await(
                Duration.ofSeconds(10),
                "nobody waits",
                () -> database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name = 'tablecast/locker' AND query NOT LIKE 'SET %'")
                        >= 2);
    }

    private TableLocks acquire(List<TableId> tables, Duration patience) throws SQLException, InterruptedException {
        return TableLocks.acquire(connections, "locker", "erp", tables, stop, patience);
    }

    private TableLocks acquireAsync(List<TableId> tables) {
        try {
            return acquire(tables, LONG);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private TableLocks acquireAgainAsync(TableLocks lost) {
        try {
            return TableLocks.acquireAgain(connections, "locker", "erp", TABLES, stop, lost);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
