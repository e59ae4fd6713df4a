// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;
import org.junit.jupiter.api.Test;

class KafkaTransactionsTest {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Map<String, ?> WITHIN = Map.of("from", "7:7:", "to", "9:9:", "last_id", 4L);
    private static final Map<String, ?> BETWEEN = Map.of("from", "9:9:");

    private final CountedCommits context = new CountedCommits();
    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private final List<Duration> waits = new ArrayList<>();
    private long nanos;

    private final KafkaTransactions transactions = new KafkaTransactions(context, INTERVAL, () -> nanos);

    @Test
    void recordsOfTheIntervalAreOneTransaction() throws InterruptedException {
        arrive(0, records("a", BETWEEN, 2));
        arrive(50, records("b", BETWEEN, 1));
        arrive(100, records("a", BETWEEN, 3));
        arrive(300, records("a", BETWEEN, 1));

        assertThat(poll()).hasSize(6);
        assertThat(context.commits).isEqualTo(1);
        assertThat(poll()).hasSize(1);
        assertThat(context.commits).isEqualTo(2);
    }

    @Test
    void nothingToSendIsAnEmptyListWithoutTransaction() throws InterruptedException {
        assertThat(poll()).isEmpty();
        assertThat(context.commits).isZero();
        assertThat(waits).containsExactly(PATIENCE);
    }

    @Test
    void fullTransactionEndsAtOnce() throws InterruptedException {
        arrive(0, records("a", BETWEEN, KafkaTransactions.FULL_RECORDS));
        arrive(0, records("a", BETWEEN, 1));

        assertThat(poll()).hasSize(KafkaTransactions.FULL_RECORDS);
        assertThat(context.commits).isEqualTo(1);
        assertThat(nanos).isZero();
    }

    @Test
    void windowsOfChangesAreNotCut() throws InterruptedException {
        arrive(0, records("a", WITHIN, KafkaTransactions.FULL_RECORDS));
        arrive(150, records("b", BETWEEN, 1));
        arrive(400, records("a", BETWEEN, 1));

        assertThat(poll()).hasSize(KafkaTransactions.FULL_RECORDS + 2);
        assertThat(context.commits).isEqualTo(1);
    }

    @Test
    void windowWithTooManyRecordsIsSplit() throws InterruptedException {
        arrive(0, records("a", WITHIN, KafkaTransactions.MOST_RECORDS));
        arrive(0, records("a", BETWEEN, 1));

        assertThat(poll()).hasSize(KafkaTransactions.MOST_RECORDS);
        assertThat(context.commits).isEqualTo(1);
    }

    @Test
    void windowWhoseEndDoesNotComeIsSplit() throws InterruptedException {
        arrive(0, records("a", WITHIN, 1));
        arrive(1300, records("a", BETWEEN, 1));

        assertThat(poll()).hasSize(1);
        assertThat(context.commits).isEqualTo(1);
        assertThat(Duration.ofNanos(nanos)).isEqualTo(INTERVAL.plus(KafkaTransactions.WINDOW_PATIENCE));
    }

    @Test
    void withoutContextEachPollIsHandedOnAsItIs() throws InterruptedException {
        arrive(0, records("a", WITHIN, 2));
        arrive(0, records("a", BETWEEN, 1));
        KafkaTransactions none = new KafkaTransactions(null, INTERVAL, () -> nanos);

        assertThat(none.poll(this::take, PATIENCE)).hasSize(2);
        assertThat(none.poll(this::take, PATIENCE)).hasSize(1);
        assertThat(waits).containsExactly(PATIENCE, PATIENCE);
    }

    @Test
    void transactionsOfABinlogAreNotCutWhateverTablesTheyConcern() throws InterruptedException {
        Map<String, ?> withinTransaction = Map.of("mode", "binlog", "gtids", "u:1-4", "transaction", "u:5", "rows", 1L);
        Map<String, ?> behind = Map.of("mode", "binlog", "gtids", "u:1-5");
        KafkaTransactions ofBinlog = new KafkaTransactions(context, INTERVAL, () -> nanos, BinlogWindows::new);
        arrive(0, records("a", withinTransaction, 1));
        arrive(250, records("b", behind, 1));
        arrive(300, records("a", withinTransaction, 1));

        // The offset of the other table stays within the transaction until its next record.
        assertThat(ofBinlog.poll(this::take, PATIENCE)).hasSize(2);
        assertThat(context.commits).isEqualTo(1);
    }

    @Test
    void snapshotsAmongTransactionsOfABinlogDoNotEndThem() throws InterruptedException {
        Map<String, ?> withinTransaction = Map.of("mode", "binlog", "transaction", "u:5", "rows", 1L);
        Map<String, ?> copied = Map.of("mode", "snapshot", "state", "copied");
        KafkaTransactions ofBinlog = new KafkaTransactions(context, INTERVAL, () -> nanos, BinlogWindows::new);
        arrive(0, records("a", withinTransaction, 1));
        arrive(250, records("b", copied, 1));
        arrive(300, records("a", Map.of("mode", "binlog"), 1));

        assertThat(ofBinlog.poll(this::take, PATIENCE)).hasSize(3);
        assertThat(context.commits).isEqualTo(1);
    }

    private List<SourceRecord> poll() throws InterruptedException {
        return transactions.poll(this::take, PATIENCE);
    }

    private void arrive(long millis, List<SourceRecord> records) {
        arrivals.add(new Arrival(Duration.ofMillis(millis).toNanos(), records));
    }

    /** Time passes only here, until the next records arrive or the patience is over. */
    private List<SourceRecord> take(Duration patience) {
        waits.add(patience);
        long end = nanos + patience.toNanos();
        if (arrivals.isEmpty() || arrivals.peek().nanos() > end) {
            nanos = end;
            return List.of();
        }
        Arrival next = arrivals.remove();
        nanos = Math.max(nanos, next.nanos());
        return next.records();
    }

    private static List<SourceRecord> records(String table, Map<String, ?> offset, int count) {
        return Collections.nCopies(
                count, new SourceRecord(Map.of("table", table), offset, "topic", 0, Schema.STRING_SCHEMA, "k"));
    }

    private record Arrival(long nanos, List<SourceRecord> records) {}

    private static final class CountedCommits implements TransactionContext {
        private int commits;

        @Override
        public void commitTransaction() {
            commits++;
        }

        @Override
        public void commitTransaction(SourceRecord record) {
            throw new AssertionError("a transaction must end with its poll");
        }

        @Override
        public void abortTransaction() {
            throw new AssertionError("nothing is to be aborted");
        }

        @Override
        public void abortTransaction(SourceRecord record) {
            throw new AssertionError("nothing is to be aborted");
        }
    }
}
