// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Flush;
import io.tablecast.sink.apply.FlushWriter;
import io.tablecast.sink.apply.WriterResult;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableErrorMode;
import io.tablecast.sink.offset.Advance;
import io.tablecast.sink.offset.Claim;
import io.tablecast.sink.snapshot.LoadResult;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows from the ends of the writer's jobs and of loads. */
final class JobEndings {

    private static final Logger LOG = LoggerFactory.getLogger(JobEndings.class);

    private final SinkSettings settings;
    private final FlushWriter writer;
    private final WriterJobs jobs;
    private final Assignment assignment;
    private final SnapshotLoads loads;
    private final LoadEndings loadEndings;
    private final NextFlush next;
    private final Quarantine quarantine;
    private final Reports reports;
    private Optional<RuntimeException> failure = Optional.empty();

    JobEndings(
            SinkSettings settings,
            FlushWriter writer,
            WriterJobs jobs,
            Assignment assignment,
            SnapshotLoads loads,
            NextFlush next,
            Quarantine quarantine,
            Reports reports) {
        this.settings = settings;
        this.writer = writer;
        this.jobs = jobs;
        this.assignment = assignment;
        this.loads = loads;
        this.loadEndings = new LoadEndings(loads);
        this.next = next;
        this.quarantine = quarantine;
        this.reports = reports;
    }

    /**
     * Takes note of what has ended. Connect swallows what preCommit throws, so that every failure is kept for
     * {@link #throwFailure}.
     */
    void collect() {
        try {
            writer.result().ifPresent(result -> result.match(new Ending()));
            loadEndings.collect().forEach(this::loaded);
            loadEndings.nextFailure().ifPresent(this::loadFailed);
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        }
    }

    /** Ends the task if something has failed for good. */
    void throwFailure() {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void loadFailed(FailedLoad failed) {
        if (settings.of(failed.table()).onError() != TableErrorMode.QUARANTINE || !failed.isOfTable()) {
            failure = Optional.of(failed.failure());
            return;
        }
        Quarantine.Others others = giveUp(failed.partition(), failed.table());
        quarantine.park(failed.partition(), failed.table(), others, failed.failure());
    }

    /** Drops what is gathered of a partition and not committed, and tells whether it has other tables. */
    private Quarantine.Others giveUp(AssignedPartition partition, TableId table) {
        TopicPartition id = partition.id();
        boolean isAlone = next.flush().isOnlyOf(id, table) && loads.staged().areOnlyOf(id, table);
        // A staged load of which the switch failed would be switched again.
        loads.close(id);
        partition.giveUp();
        next.drop(List.of(id));
        return others(isAlone);
    }

    private static Quarantine.Others others(boolean isAlone) {
        return isAlone ? Quarantine.Others.NONE : Quarantine.Others.SOME;
    }

    private void loaded(LoadResult result) {
        next.flush().reread(result.table());
        reports.loaded(result);
    }

    /** What follows from the end of a job. */
    private final class Ending implements WriterResult.Cases<Void> {

        @Override
        public Void claimed(WriterResult.Claimed result) {
            for (Claim claim : result.claims()) {
                assignment.of(claim.partition()).filter(jobs::hasClaimed).ifPresent(partition -> {
                    partition.claimed(claim);
                    loads.claimed(result, claim, partition);
                    LOG.info(
                            "Claimed {} with epoch {}, next offset {}",
                            claim.partition(),
                            claim.epoch(),
                            claim.hasWritten() ? claim.next() : "by the consumer group");
                });
            }
            return null;
        }

        @Override
        public Void loadPrepared(WriterResult.LoadPrepared result) {
            loads.preparations().prepared(result);
            return null;
        }

        @Override
        public Void loadRefused(WriterResult.LoadRefused result) {
            for (LoadPreparations.Announced snapshot : loads.preparations().refused(result.request())) {
                TableId table = result.request().table();
                Quarantine.Others others = giveUp(snapshot.partition(), table);
                quarantine.parkAtBegin(snapshot.partition(), table, others, result.cause(), snapshot.offset());
            }
            return null;
        }

        @Override
        public Void flushed(WriterResult.Flushed result) {
            next.written();
            for (Advance advance : result.written().flush().advances()) {
                assignment
                        .of(advance.partition())
                        .filter(partition -> partition.epoch() == advance.epoch())
                        .ifPresent(partition -> partition.commit(advance.to()));
            }
            reports.flushed(result.written());
            return null;
        }

        @Override
        public Void waiting(WriterResult.Waiting result) {
            // What was closed meanwhile is read again by whoever has it now, perhaps this task under another claim.
            Set<TopicPartition> gone = result.flush().advances().stream()
                    .filter(advance -> !assignment.holds(advance))
                    .map(Advance::partition)
                    .collect(Collectors.toSet());
            next.putBack(result.without(gone));
            return null;
        }

        @Override
        public Void tableFailed(WriterResult.TableFailed result) {
            Set<TopicPartition> parked = result.flush().partitionsOf(result.table());
            Flush gathered = next.flush();
            for (TopicPartition id : parked) {
                boolean isAlone = result.flush().isOnlyOf(id, result.table())
                        && gathered.isOnlyOf(id, result.table())
                        && loads.staged().areOnlyOf(id, result.table());
                assignment.of(id).ifPresent(partition -> {
                    loads.close(id);
                    partition.giveUp();
                    quarantine.park(partition, result.table(), others(isAlone), result.cause());
                });
            }
            next.drop(parked);
            Set<TopicPartition> gone = result.flush().advances().stream()
                    .filter(advance -> !assignment.holds(advance))
                    .map(Advance::partition)
                    .collect(Collectors.toCollection(HashSet::new));
            gone.addAll(parked);
            next.putBack(result.flush().without(gone));
            return null;
        }

        @Override
        public Void failed(WriterResult.Failed result) {
            failure = Optional.of(result.cause());
            return null;
        }

        @Override
        public Void noted(WriterResult.Noted result) {
            return null;
        }

        @Override
        public Void abandoned(WriterResult.Abandoned result) {
            return null;
        }
    }
}
