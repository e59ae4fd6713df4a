// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadSessionsTest {

    private final AtomicLong nanoTime = new AtomicLong();
    private final List<Connection> opened = new ArrayList<>();
    private final Set<Connection> closed = new HashSet<>();
    private final Set<Connection> dead = new HashSet<>();
    private final LoadSessions sessions = new LoadSessions(this::open, nanoTime::get);

    @Test
    void sessionGoesFromLoadToLoad() throws SQLException {
        Connection first = sessions.open();
        sessions.giveBack(first);

        assertThat(sessions.open()).isSameAs(first);
        assertThat(opened).hasSize(1);
        assertThat(closed).isEmpty();
    }

    @Test
    void closedSessionIsNotUsedAgain() throws SQLException {
        Connection first = sessions.open();
        sessions.close(first);

        assertThat(sessions.open()).isNotSameAs(first);
        assertThat(closed).containsExactly(first);
    }

    @Test
    void noMoreWaitThanThereIsRoomFor() throws SQLException {
        List<Connection> many = new ArrayList<>();
        for (int i = 0; i <= LoadSessions.CAPACITY; i++) {
            many.add(sessions.open());
        }

        many.forEach(sessions::giveBack);

        assertThat(closed).containsExactly(many.get(LoadSessions.CAPACITY));
    }

    @Test
    void sessionsThatNobodyNeedsAreClosedAndTheOthersStay() throws SQLException {
        Connection often = sessions.open();
        Connection once = sessions.open();
        sessions.giveBack(once);
        sessions.giveBack(often);
        nanoTime.addAndGet(LoadSessions.LONGEST_WAIT.toNanos() / 2);
        sessions.giveBack(sessions.open());
        nanoTime.addAndGet(LoadSessions.LONGEST_WAIT.toNanos() / 2);

        sessions.closeIdle();

        assertThat(closed).containsExactly(once);
        nanoTime.addAndGet(LoadSessions.LONGEST_WAIT.toNanos());
        sessions.closeIdle();
        assertThat(closed).containsExactlyInAnyOrder(once, often);
    }

    @Test
    void sessionThatEndedWhileItWaitedIsReplacedAndSoAreTheOthers() throws SQLException {
        Connection first = sessions.open();
        Connection second = sessions.open();
        sessions.giveBack(first);
        sessions.giveBack(second);
        dead.addAll(opened);

        Connection third = sessions.open();

        assertThat(third).isNotIn(first, second);
        assertThat(closed).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void sessionThatIsOldDoesNotWaitAgain() throws SQLException {
        Connection first = sessions.open();
        nanoTime.addAndGet(LoadSessions.LIFETIME.toNanos());

        sessions.giveBack(first);

        assertThat(closed).containsExactly(first);
    }

    @Test
    void nothingStaysOpenAfterTheEnd() throws SQLException {
        Connection waiting = sessions.open();
        Connection used = sessions.open();
        sessions.giveBack(waiting);

        sessions.closeAll();
        assertThat(closed).containsExactly(waiting);
        sessions.giveBack(used);

        assertThat(closed).containsExactlyInAnyOrder(waiting, used);
    }

    /** One in autocommit mode, of which nothing else is needed. */
    private Connection open() {
        Connection connection = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "close" -> {
                        closed.add((Connection) proxy);
                        yield null;
                    }
                    case "getAutoCommit" -> true;
                    case "getNetworkTimeout" -> 0;
                    case "setNetworkTimeout" -> null;
                    case "createStatement" -> {
                        if (dead.contains(proxy)) {
                            throw new SQLException("terminated", "57P01");
                        }
                        yield statement();
                    }
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> "session " + System.identityHashCode(proxy);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        opened.add(connection);
        return connection;
    }

    private Statement statement() {
        return (Statement) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Statement.class},
                (proxy, method, arguments) -> method.getReturnType() == boolean.class ? Boolean.FALSE : null);
    }
}
