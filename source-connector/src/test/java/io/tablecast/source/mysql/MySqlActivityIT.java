// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.source.mysql.MySqlActivity.View;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MySqlActivityIT {

    private static final String ASK = "SELECT count(*) FROM information_schema.innodb_trx";

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void transactionsAreNeverMissingFromWhatIsSeenThoughOthersKeepTheCacheFull(MySqlRelease release) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase();
                Connection connection = database.connection();
                Connection writer = database.connection()) {
            database.execute("CREATE TABLE item (id int PRIMARY KEY)");
            Future<Void> asking = threads.submit(() -> ask(database, isOver, asked));
            awaitAsked(asked, 50);
            writer.setAutoCommit(false);
            try (Statement statement = writer.createStatement()) {
                statement.execute("INSERT INTO item VALUES (1)");
            }

            for (int i = 0; i < 30; i++) {
                awaitAsked(asked, asked.get() + 5);
                Optional<View> seen = MySqlActivity.view(connection);
                assertThat(seen.stream())
                        .allSatisfy(view -> assertThat(view.oldest()).isBefore(view.clock()));
            }

            isOver.set(true);
            asking.get();
            TransactionLooks looks = new TransactionLooks();
            Conditions.await(
                    Duration.ofSeconds(30),
                    "nothing is seen",
                    () -> looks.view(connection).isPresent());
            writer.rollback();
        } finally {
            isOver.set(true);
            threads.shutdownNow();
        }
    }

    private static Void ask(MySqlDatabase database, AtomicBoolean isOver, AtomicInteger asked) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            while (!isOver.get()) {
                statement.executeQuery(ASK).close();
                asked.incrementAndGet();
            }
        }
        return null;
    }

    private static void awaitAsked(AtomicInteger asked, int times) {
        Conditions.await(Duration.ofSeconds(30), "nobody asks", () -> asked.get() >= times);
    }
}
