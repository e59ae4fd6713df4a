// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SessionPoolTest {

    private final AtomicLong nanoTime = new AtomicLong();
    private final List<Connection> opened = new ArrayList<>();
    private final Set<Connection> closed = new HashSet<>();
    private final Set<Connection> dead = new HashSet<>();
    private final SessionPool pool = pool(2);

    @Test
    void sessionGoesFromTableToTable() throws SQLException {
        Connection first = pool.take();
        pool.giveBack(first);

        assertThat(pool.take()).isSameAs(first);
        assertThat(opened).hasSize(1);
        assertThat(closed).isEmpty();
    }

    @Test
    void closedSessionIsNotUsedAgain() throws SQLException {
        Connection first = pool.take();
        pool.close(first);

        assertThat(pool.take()).isNotSameAs(first);
        assertThat(closed).containsExactly(first);
    }

    @Test
    void noMoreWaitThanThereIsRoomFor() throws SQLException {
        List<Connection> three = List.of(pool.take(), pool.take(), pool.take());

        three.forEach(pool::giveBack);

        assertThat(closed).containsExactly(three.get(2));
    }

    @Test
    void sessionsThatNobodyNeedsAreClosedAndTheOthersStay() throws SQLException {
        Connection often = pool.take();
        Connection once = pool.take();
        pool.giveBack(once);
        pool.giveBack(often);
        nanoTime.addAndGet(SessionPool.LONGEST_WAIT.toNanos() / 2);
        pool.giveBack(pool.take());
        nanoTime.addAndGet(SessionPool.LONGEST_WAIT.toNanos() / 2);

        pool.closeIdle();

        assertThat(closed).containsExactly(once);
        nanoTime.addAndGet(SessionPool.LONGEST_WAIT.toNanos());
        pool.closeIdle();
        assertThat(closed).containsExactlyInAnyOrder(once, often);
    }

    @Test
    void sessionThatHasWaitedForLongIsNotUsedAgain() throws SQLException {
        Connection first = pool.take();
        pool.giveBack(first);
        nanoTime.addAndGet(SessionPool.LONGEST_WAIT.toNanos());

        assertThat(pool.take()).isNotSameAs(first);
        assertThat(closed).containsExactly(first);
    }

    @Test
    void sessionThatEndedWhileItWaitedIsReplacedAndSoAreTheOthers() throws SQLException {
        Connection first = pool.take();
        Connection second = pool.take();
        pool.giveBack(first);
        pool.giveBack(second);
        dead.addAll(opened);

        Connection third = pool.take();

        assertThat(third).isNotIn(first, second);
        assertThat(closed).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void sessionThatIsOldDoesNotWaitAgain() throws SQLException {
        Connection first = pool.take();
        nanoTime.addAndGet(SessionPool.LIFETIME.toNanos());

        pool.giveBack(first);

        assertThat(closed).containsExactly(first);
    }

    @Test
    void nothingStaysOpenAfterTheEnd() throws SQLException {
        Connection waiting = pool.take();
        Connection used = pool.take();
        pool.giveBack(waiting);

        pool.closeAll();
        assertThat(closed).containsExactly(waiting);
        pool.giveBack(used);

        assertThat(closed).containsExactlyInAnyOrder(waiting, used);
    }

    @Test
    void newSessionThatCannotBeMadeReadyIsClosed() {
        SessionPool refusing = new SessionPool(
                this::open,
                connection -> {
                    throw new SQLException("no answer");
                },
                1,
                nanoTime::get);

        assertThatThrownBy(refusing::take).hasMessage("no answer");
        assertThat(closed).isEqualTo(new HashSet<>(opened));
    }

    private SessionPool pool(int capacity) {
        return new SessionPool(
                this::open,
                connection -> {
                    if (dead.contains(connection)) {
                        throw new SQLException("terminated", "57P01");
                    }
                },
                capacity,
                nanoTime::get);
    }

    /** One in autocommit mode that can only be closed. */
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
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> "session " + System.identityHashCode(proxy);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        opened.add(connection);
        return connection;
    }
}
