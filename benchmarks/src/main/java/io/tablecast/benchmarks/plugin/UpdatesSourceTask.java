// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Makes the records of an {@link UpdatesSourceConnector}. */
public final class UpdatesSourceTask extends SourceTask {
    private static final int BATCH = 2_000;
    // Shares no factor with a number of records that is not its multiple, so that every row is updated once.
    private static final long STEP = 999_983;

    private String topic = "";
    private long records;
    private long next;

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> properties) {
        topic = properties.get(UpdatesSourceConnector.TOPIC);
        records = Long.parseLong(properties.get(UpdatesSourceConnector.RECORDS));
    }

    @Override
    public List<SourceRecord> poll() {
        List<SourceRecord> batch = new ArrayList<>(BATCH);
        for (; next < records && batch.size() < BATCH; next++) {
            batch.add(OrderRecords.update(topic, Map.of("topic", topic), next, 1 + next * STEP % records));
        }
        // Null lets the worker wait before it asks again.
        return batch.isEmpty() ? null : batch;
    }

    @Override
    public void stop() {
        // Nothing is open.
    }
}
