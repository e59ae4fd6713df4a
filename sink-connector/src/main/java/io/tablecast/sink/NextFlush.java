// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.apply.Flush;
import io.tablecast.sink.apply.Patience;
import io.tablecast.sink.apply.WriterResult;
import io.tablecast.sink.config.BatchSettings;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The flush that is being filled, and when it is time to write it. For the task's thread. */
final class NextFlush {

    /** How many batches may gather behind what waits for a record that is missing. */
    private static final int BATCHES_WHILE_WAITING = 8;
    /** The pause between tries doubles up to so many times: each is larger than the one before. */
    private static final int DOUBLINGS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(NextFlush.class);

    private final BatchSettings settings;
    private Flush flush = new Flush();
    private long sinceNanos;
    private Optional<Waiting> waiting = Optional.empty();
    // What waits may be with the writer when this is asked.
    private Set<TopicPartition> enough = Set.of();

    NextFlush(BatchSettings settings) {
        this.settings = settings;
    }

    /**
     * What was found not to fit without records that may still come.
     *
     * @param records how many the flush had when it was tried last
     */
    private record Waiting(long sinceNanos, long limitNanos, int records, long triedNanos, int tries) {
        boolean isOver(long now) {
            return now - sinceNanos >= limitNanos;
        }

        Waiting triedAgain(int now, long nanos) {
            return new Waiting(sinceNanos, limitNanos, now, nanos, tries + 1);
        }
    }

    Flush flush() {
        return flush;
    }

    /** Notes that a record is in it, see {@link Flush#cover}. */
    void cover(TopicPartition partition, long from, long offset, long epoch, long size) {
        if (flush.isEmpty()) {
            sinceNanos = System.nanoTime();
        }
        flush.cover(partition, from, offset, epoch, size);
    }

    /** Whether it holds as much as one should. */
    boolean isFull() {
        boolean isMissingSomething = waiting.isPresent();
        return !isMissingSomething && (flush.records() >= settings.rows() || flush.bytes() >= settings.bytes());
    }

    /**
     * Whether it waits for a record that is missing and has had its share of this partition; what is missing may come from
     * another one.
     */
    boolean isWaitingWithEnoughOf(TopicPartition partition) {
        return enough.contains(partition)
                || (waiting.isPresent() && isLarge() && flush.mainPartitions().contains(partition));
    }

    /** Whether it holds as much as may gather behind what waits. */
    boolean isLarge() {
        return flush.records() >= BATCHES_WHILE_WAITING * (long) settings.rows()
                || flush.bytes() >= BATCHES_WHILE_WAITING * settings.bytes();
    }

    boolean isDue() {
        if (flush.isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        if (waiting.isPresent()) {
            boolean hasMore = flush.records() > waiting.get().records();
            return waiting.get().isOver(now) || (hasMore && isRestOver(now, waiting.get()));
        }
        return isFull() || isLingerOver(now, sinceNanos);
    }

    private boolean isRestOver(long now, Waiting wait) {
        long rest = settings.linger().toNanos() << Math.min(wait.tries(), DOUBLINGS);
        return now - wait.triedNanos() >= rest;
    }

    private boolean isLingerOver(long now, long since) {
        return now - since >= settings.linger().toNanos();
    }

    /** Whether it may wait for more records once again. */
    Patience patience() {
        return waiting.isPresent() && waiting.get().isOver(System.nanoTime()) ? Patience.NO_MORE : Patience.MAY_WAIT;
    }

    /** Takes it to be written; the next one is empty. */
    Flush take() {
        Flush taken = flush;
        flush = new Flush();
        return taken;
    }

    /** What was taken is committed. */
    void written() {
        enough = Set.of();
        waiting = Optional.empty();
    }

    /** What was taken comes back to be written together with what follows it. */
    void putBack(WriterResult.Waiting result) {
        long now = System.nanoTime();
        int records = result.flush().records();
        if (waiting.isEmpty()) {
            LOG.info(
                    "Waiting up to {} s for records that make this right: {}",
                    result.limit().toSeconds(),
                    result.reason());
        }
        waiting = Optional.of(waiting.map(wait -> wait.triedAgain(records, now))
                .orElseGet(() -> new Waiting(now, result.limit().toNanos(), records, now, 0)));
        flush = result.flush().followedBy(flush);
        if (flush.isEmpty()) {
            written();
            return;
        }
        enough = isLarge() ? flush.mainPartitions() : Set.of();
    }

    /** What is left of a flush that failed comes back to be written at once. */
    void putBack(Flush rest) {
        if (flush.isEmpty()) {
            sinceNanos = System.nanoTime();
        }
        flush = rest.followedBy(flush);
        written();
    }

    /** Takes partitions out of it. */
    void drop(Collection<TopicPartition> partitions) {
        flush = flush.without(Set.copyOf(partitions));
        if (flush.isEmpty()) {
            written();
        }
    }
}
