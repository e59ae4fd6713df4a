// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.offset;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/** Another task has claimed a partition since this one did, so nothing of it may be written here any more. */
public final class FencedException extends ConnectException {

    private static final long serialVersionUID = 1L;

    private final transient TopicPartition partition;

    FencedException(TopicPartition partition, String namespace, String found) {
        super("Cannot write " + partition.topic() + "[" + partition.partition() + "]: " + found
                + ". Nothing of it was written by this task. If a rebalance moved the partition, there is nothing to do;"
                + " otherwise make sure that no other connector uses offset.namespace \"" + namespace
                + "\", then restart this task.");
        this.partition = partition;
    }

    public TopicPartition partition() {
        return partition;
    }
}
