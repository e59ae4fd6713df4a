// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;

/**
 * Decides what one Kafka transaction holds where the connector defines that: the records of some time, cut where no
 * table is within a window of changes, unless that takes too long. One poll gathers all of them, so that no transaction
 * is ever open between two polls: Connect does not end one when the connector is paused, and the broker would give it up.
 * Used by the polling thread only.
 */
final class KafkaTransactions {

    /** Enough to make the cost of a transaction small against that of its records. */
    static final int FULL_RECORDS = 10_000;

    /** Windows with more records are split, and so are those whose end does not come within the patience. */
    static final int MOST_RECORDS = 20_000;

    static final Duration WINDOW_PATIENCE = Duration.ofSeconds(1);

    private final TransactionContext context;
    private final Duration interval;
    private final LongSupplier nanoTime;
    private final Supplier<OpenWindows> windows;

    /**
     * Fixes how transactions are cut.
     *
     * @param context null when Connect decides about transactions, or when there are none
     * @param interval for how long records are gathered
     */
    KafkaTransactions(TransactionContext context, Duration interval, LongSupplier nanoTime) {
        this(context, interval, nanoTime, QueueWindows::new);
    }

    /** @param windows what must not be cut where that can be helped, anew for each transaction */
    KafkaTransactions(
            TransactionContext context, Duration interval, LongSupplier nanoTime, Supplier<OpenWindows> windows) {
        this.windows = windows;
        this.context = context;
        this.interval = interval;
        this.nanoTime = nanoTime;
    }

    /** Polls once, or as often as a transaction takes, which ends with the records that are returned. */
    List<SourceRecord> poll(Records source, Duration patience) throws InterruptedException {
        List<SourceRecord> first = source.poll(patience);
        if (context == null || first.isEmpty()) {
            return first;
        }
        Group group = new Group();
        group.add(first);
        for (Duration left = group.timeLeft(); !left.isZero(); left = group.timeLeft()) {
            group.add(source.poll(left));
        }
        context.commitTransaction();
        return group.records;
    }

    /** Where records come from; empty when there are none within the patience. */
    interface Records {
        List<SourceRecord> poll(Duration patience) throws InterruptedException;
    }

    private final class Group {

        private final long begun = nanoTime.getAsLong();
        private final List<SourceRecord> records = new ArrayList<>();
        private final OpenWindows open = windows.get();

        void add(List<SourceRecord> more) {
            records.addAll(more);
            more.forEach(open::passed);
        }

        /** How long to wait for more; zero when the transaction is complete. */
        Duration timeLeft() {
            if (records.size() >= MOST_RECORDS) {
                return Duration.ZERO;
            }
            Duration whole = open.isAny() ? interval.plus(WINDOW_PATIENCE) : interval;
            if (!open.isAny() && records.size() >= FULL_RECORDS) {
                return Duration.ZERO;
            }
            Duration left = whole.minusNanos(nanoTime.getAsLong() - begun);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }
}
