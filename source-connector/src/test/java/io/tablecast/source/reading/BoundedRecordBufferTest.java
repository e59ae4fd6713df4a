// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BoundedRecordBufferTest {

    private static final Duration NOT_AT_ALL = Duration.ZERO;

    private final BoundedRecordBuffer buffer = new BoundedRecordBuffer(10, 1000, 6);

    @Test
    void recordsComeInTheOrderOfPutting() throws InterruptedException {
        buffer.put(batch(0, 3), 10);
        buffer.put(batch(3, 6), 10);
        buffer.put(batch(6, 9), 10);

        assertThat(numbers(buffer.take(NOT_AT_ALL))).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(numbers(buffer.take(NOT_AT_ALL))).containsExactly(6, 7, 8);
        assertThat(buffer.take(NOT_AT_ALL)).isEmpty();
    }

    @Test
    void fullBufferBlocksUntilRecordsAreTaken() throws Exception {
        buffer.put(batch(0, 9), 10);
        CompletableFuture<Void> putter = putInBackground(batch(9, 12), 10);

        assertThat(putter).isNotDone();
        assertThat(buffer.take(NOT_AT_ALL)).hasSize(9);

        putter.get(10, TimeUnit.SECONDS);
        assertThat(numbers(buffer.take(NOT_AT_ALL))).containsExactly(9, 10, 11);
    }

    @Test
    void offerTellsWhetherThereWasRoom() throws InterruptedException {
        assertThat(buffer.offer(batch(0, 10), 10, NOT_AT_ALL)).isTrue();
        assertThat(buffer.offer(batch(10, 11), 10, NOT_AT_ALL)).isFalse();

        assertThat(buffer.take(NOT_AT_ALL)).hasSize(10);
        assertThat(buffer.offer(batch(11, 12), 10, NOT_AT_ALL)).isTrue();
    }

    @Test
    void bytesFillTheBufferToo() throws Exception {
        buffer.put(batch(0, 1), 990);
        CompletableFuture<Void> putter = putInBackground(batch(1, 2), 20);

        assertThat(putter).isNotDone();
        buffer.clear();

        putter.get(10, TimeUnit.SECONDS);
        assertThat(numbers(buffer.take(NOT_AT_ALL))).containsExactly(1);
    }

    @Test
    void batchLargerThanTheBufferIsTakenWhenItIsEmpty() throws InterruptedException {
        buffer.put(batch(0, 50), 5000);

        assertThat(buffer.take(NOT_AT_ALL)).hasSize(50);
    }

    @Test
    void offerGivesUpWhenNothingIsTakenInTime() throws InterruptedException {
        assertThat(buffer.offer(batch(0, 9), 10, NOT_AT_ALL)).isTrue();

        assertThat(buffer.offer(batch(9, 12), 10, NOT_AT_ALL)).isFalse();
        assertThat(buffer.offer(batch(9, 10), 10, NOT_AT_ALL)).isTrue();
        assertThat(numbers(buffer.take(NOT_AT_ALL))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(numbers(buffer.take(NOT_AT_ALL))).containsExactly(9);
    }

    @Test
    void thereIsRoomWhenHalfOfTheBufferIsFree() throws Exception {
        buffer.put(batch(0, 4), 10);
        buffer.put(batch(4, 8), 10);
        CompletableFuture<Void> waiting = inBackground(buffer::awaitRoom);

        assertThat(waiting).isNotDone();
        assertThat(buffer.take(NOT_AT_ALL)).hasSize(4);
        waiting.get(10, TimeUnit.SECONDS);
    }

    @Test
    void firstFailureIsThrownEvenBesideRecordsAndOutlivesThem() throws InterruptedException {
        buffer.put(batch(0, 1));
        buffer.fail(new ConnectException("first"));
        buffer.fail(new ConnectException("second"));

        assertThatThrownBy(() -> buffer.take(NOT_AT_ALL)).hasMessage("first");
        buffer.clear();
        assertThatThrownBy(buffer::throwIfFailed).hasMessage("first");
    }

    private interface Waiting {
        void run() throws InterruptedException;
    }

    private CompletableFuture<Void> putInBackground(List<SourceRecord> batch, long bytes) {
        return inBackground(() -> buffer.put(batch, bytes));
    }

    private static CompletableFuture<Void> inBackground(Waiting waiting) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                waiting.run();
                done.complete(null);
            } catch (InterruptedException e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING || done.isDone());
        return done;
    }

    private static List<SourceRecord> batch(int from, int to) {
        return new ArrayList<>(IntStream.range(from, to)
                .mapToObj(number -> new SourceRecord(Map.of(), Map.of("n", number), "topic", null, null))
                .toList());
    }

    private static List<Integer> numbers(List<SourceRecord> records) {
        return records.stream()
                .map(record -> (Integer) record.sourceOffset().get("n"))
                .toList();
    }
}
