// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.source.reading.BoundedRecordBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class OutletTest {

    private static final Duration TRUST = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMillis(10);

    private final BoundedRecordBuffer buffer = new BoundedRecordBuffer(100, 1000, 50);
    private long nanos;
    /** What happens when the clock is read the next time. */
    private Runnable meanwhile = () -> {};

    private final Outlet outlet = new Outlet(buffer, new CountDownLatch(1), () -> {
        long now = nanos;
        meanwhile.run();
        return now;
    });

    @Test
    void nothingIsSentBeforeTheLocksAreHeld() throws InterruptedException {
        buffer.put(List.of(recordOf("a")));

        assertThat(outlet.poll(PATIENCE)).isEmpty();
        outlet.open(TRUST);
        assertThat(values(outlet.poll(PATIENCE))).containsExactly("a");
    }

    @Test
    void recordsThatWereTakenWhenTrustRanOutAreSentWhenTheLocksProveToBeHeld() throws InterruptedException {
        outlet.open(TRUST);
        buffer.put(List.of(recordOf("a")));
        // As if the process was frozen between the look at the clock and the records.
        meanwhile = () -> nanos += TRUST.toNanos();

        assertThat(outlet.poll(PATIENCE)).isEmpty();
        meanwhile = () -> {};
        buffer.put(List.of(recordOf("b")));
        outlet.open(TRUST);

        assertThat(values(outlet.poll(PATIENCE))).containsExactly("a");
        assertThat(values(outlet.poll(PATIENCE))).containsExactly("b");
    }

    @Test
    void recordsThatWereTakenBeforeTheLocksWereLostAreForgotten() throws InterruptedException {
        outlet.open(TRUST);
        buffer.put(List.of(recordOf("a")));
        meanwhile = () -> nanos += TRUST.toNanos();
        assertThat(outlet.poll(PATIENCE)).isEmpty();
        meanwhile = () -> {};

        outlet.close();
        outlet.forget();
        outlet.open(TRUST);
        buffer.put(List.of(recordOf("b")));

        assertThat(values(outlet.poll(PATIENCE))).containsExactly("b");
    }

    @Test
    void nothingIsSentWhileItIsClosed() throws InterruptedException {
        outlet.open(TRUST);
        buffer.put(List.of(recordOf("a")));
        outlet.close();

        assertThat(outlet.poll(PATIENCE)).isEmpty();
    }

    @Test
    void failureIsToldEvenWhileItIsClosed() {
        buffer.fail(new ConnectException("Cannot read public.orders"));

        assertThatThrownBy(() -> outlet.poll(PATIENCE))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Cannot read public.orders");
    }

    private static List<Object> values(List<SourceRecord> records) {
        return records.stream().map(SourceRecord::value).toList();
    }

    private static SourceRecord recordOf(String value) {
        return new SourceRecord(Map.of(), Map.of(), "topic", 0, Schema.STRING_SCHEMA, value);
    }
}
