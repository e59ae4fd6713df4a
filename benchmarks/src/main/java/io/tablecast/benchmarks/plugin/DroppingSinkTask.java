// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** Takes the records of a {@link DroppingSinkConnector}. */
public final class DroppingSinkTask extends SinkTask {
    private FileChannel progress;

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> properties) {
        Path file = Path.of(properties.get(DroppingSinkConnector.PROGRESS_FILE));
        try {
            progress = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        long next = 0;
        for (SinkRecord sinkRecord : records) {
            next = sinkRecord.kafkaOffset() + 1;
        }
        if (next == 0) {
            return;
        }
        try {
            progress.write(ByteBuffer.allocate(Long.BYTES).putLong(0, next), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the progress", e);
        }
    }

    @Override
    public void stop() {
        try {
            if (progress != null) {
                progress.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close the progress", e);
        }
    }
}
