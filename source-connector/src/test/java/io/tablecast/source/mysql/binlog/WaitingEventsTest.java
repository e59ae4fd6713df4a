// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingEventsTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final WaitingEvents waiting = new WaitingEvents(3, 100);

    @AfterEach
    void stop() {
        other.shutdownNow();
    }

    @Test
    void eventsComeInTheirOrder() throws Exception {
        Event first = event(10);
        Event second = event(10);
        waiting.put(first);
        waiting.put(second);

        assertThat(waiting.poll(LONG)).containsSame(first);
        assertThat(waiting.poll(LONG)).containsSame(second);
        assertThat(waiting.poll(SHORT)).isEmpty();
    }

    @Test
    void noMoreWaitThanHaveRoomByTheirNumberAndByTheirLength() throws Exception {
        assertThatTheLastOneWaits(event(1), event(1), event(1), event(1));
        assertThatTheLastOneWaits(event(60), event(41));
    }

    @Test
    void eventThatIsLongerThanAllRoomIsTakenAlone() throws Exception {
        waiting.put(event(1_000));
        assertThat(waiting.poll(LONG)).isPresent();

        assertThatTheLastOneWaits(event(1), event(1_000));
    }

    private void assertThatTheLastOneWaits(Event... events) throws Exception {
        for (int i = 0; i < events.length - 1; i++) {
            waiting.put(events[i]);
        }
        Future<?> putting = other.submit(() -> {
            waiting.put(events[events.length - 1]);
            return null;
        });
        assertThatThrownBy(() -> putting.get(SHORT.toMillis(), TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        for (Event event : events) {
            assertThat(waiting.poll(LONG)).containsSame(event);
        }
        putting.get(LONG.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Event event(int length) {
        EventHeaderV4 header = new EventHeaderV4();
        header.setEventLength(length);
        return new Event(header, null);
    }
}
