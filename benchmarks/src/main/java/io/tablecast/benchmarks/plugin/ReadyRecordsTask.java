// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Hands out the records of a {@link ReadyRecordsConnector}, the same ones again and again. */
public final class ReadyRecordsTask extends SourceTask {
    private static final int BATCH = 5_000;
    private static final long WAIT_MS = 5;

    private final CountDownLatch stop = new CountDownLatch(1);
    private List<SourceRecord> rows = List.of();
    private List<SourceRecord> updates = List.of();
    private long rowsLeft;
    private long updatesLeft;
    private Path signal;

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> properties) {
        String topic = properties.get(ReadyRecordsConnector.TOPIC);
        Map<String, String> partition = Map.of("topic", topic);
        rows = LongStream.range(0, BATCH)
                .mapToObj(number -> OrderRecords.read(topic, partition, number, number + 1))
                .toList();
        updates = LongStream.range(0, BATCH)
                .mapToObj(number -> OrderRecords.updateWithoutBefore(topic, partition, number, number + 1))
                .toList();
        rowsLeft = Long.parseLong(properties.get(ReadyRecordsConnector.ROWS));
        updatesLeft = Long.parseLong(properties.get(ReadyRecordsConnector.UPDATES));
        signal = Path.of(properties.get(ReadyRecordsConnector.SIGNAL_FILE));
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        if (rowsLeft > 0) {
            int count = (int) Math.min(BATCH, rowsLeft);
            rowsLeft -= count;
            return rows.subList(0, count);
        }
        if (updatesLeft > 0 && Files.exists(signal)) {
            int count = (int) Math.min(BATCH, updatesLeft);
            updatesLeft -= count;
            return updates.subList(0, count);
        }
        boolean unusedIsStopped = stop.await(WAIT_MS, TimeUnit.MILLISECONDS);
        return null;
    }

    @Override
    public void stop() {
        stop.countDown();
    }
}
