// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.error.Backoff;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** When loads that failed for a transient reason are tried again. For the task's thread. */
final class LoadRetries {

    private final Map<TopicPartition, Retry> retries = new HashMap<>();

    private record Retry(int failures, long notBeforeNanos) {
        boolean isWaiting() {
            return System.nanoTime() - notBeforeNanos < 0;
        }
    }

    /** The partition's load has failed once more in a row. */
    void failed(TopicPartition partition) {
        Retry before = retries.get(partition);
        int failures = before == null ? 1 : before.failures() + 1;
        retries.put(
                partition,
                new Retry(failures, System.nanoTime() + Backoff.after(failures).toNanos()));
    }

    /** The partition's load has succeeded, or is nobody's business here any more. */
    void forget(TopicPartition partition) {
        retries.remove(partition);
    }

    boolean isWaiting(TopicPartition partition) {
        Retry retry = retries.get(partition);
        return retry != null && retry.isWaiting();
    }

    boolean isAnyWaiting() {
        return retries.values().stream().anyMatch(Retry::isWaiting);
    }
}
