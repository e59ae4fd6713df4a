// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Flush;
import io.tablecast.sink.apply.FlushNote;
import io.tablecast.sink.apply.FlushWriter;
import io.tablecast.sink.apply.Patience;
import io.tablecast.sink.apply.Rejection;
import io.tablecast.sink.apply.WriterResult;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableErrorMode;
import io.tablecast.sink.offset.Advance;
import io.tablecast.sink.offset.Claim;
import io.tablecast.sink.snapshot.LoadResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of records through a task: partitions are claimed before anything of them is accepted, changes are gathered into
 * a flush while the writer thread writes the one before, and Connect is told of what is committed in the destination.
 * Everything here runs on the task's thread and returns at once.
 */
final class SinkPipeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SinkPipeline.class);
    private static final long CALL_AGAIN_MS = 100;
    // With a full batch in hand the writer must not stand idle until Connect calls again.
    private static final long CALL_AGAIN_WHEN_FULL_MS = 5;

    private final SinkSettings settings;
    private final SinkTaskContext context;
    private final FlushWriter writer;
    private final RecordReader reader;
    private final DestinationNames names;
    private final SnapshotLoads loads;
    private final SnapshotMarkers markers;
    private final Reports reports;
    private final Map<TopicPartition, AssignedPartition> partitions = new HashMap<>();
    private Map<TopicPartition, AssignedPartition> claiming = Map.of();
    private final NextFlush next;
    private final Quarantine quarantine;
    private final Gathering gathering;
    private Optional<RuntimeException> failure = Optional.empty();
    private AssignedPartition lastPartition;

    SinkPipeline(
            SinkSettings settings, SinkTaskContext context, FlushWriter writer, SnapshotLoads loads, Reports reports) {
        this.settings = settings;
        this.context = context;
        this.writer = writer;
        this.reader = new RecordReader(settings.nulMode(), settings.toleratesErrors());
        this.names = new DestinationNames(settings.naming());
        this.loads = loads;
        this.markers = new SnapshotMarkers(loads);
        this.next = new NextFlush(settings.batch());
        this.reports = reports;
        this.quarantine = new Quarantine(reader, names, loads.incomplete(), reports);
        this.gathering = new Gathering(next, reports);
    }

    void open(Collection<TopicPartition> opened) {
        opened.forEach(partition -> partitions.put(partition, new AssignedPartition(partition)));
        reports.opened(opened);
    }

    /** Takes records in, and drives everything else on. */
    void put(Collection<SinkRecord> records) {
        collect();
        throwFailure();
        for (SinkRecord sinkRecord : records) {
            take(sinkRecord);
        }
        quarantine.writeDown();
        startNextJob();
        partitions.values().forEach(loads::startSwitch);
        pauseAndResume();
        seek();
        if (isAnythingUnderWay()) {
            long callAgain = isFull() ? CALL_AGAIN_WHEN_FULL_MS : CALL_AGAIN_MS;
            context.timeout(
                    Math.max(1, Math.min(callAgain, settings.batch().linger().toMillis())));
        }
    }

    /** What is committed in the destination, of the partitions that are asked for. */
    Map<TopicPartition, OffsetAndMetadata> committed(Map<TopicPartition, OffsetAndMetadata> current) {
        collect();
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        current.forEach((id, position) -> {
            AssignedPartition partition = partitions.get(id);
            boolean isKnown = partition != null && partition.committed() != Claim.NOTHING_WRITTEN;
            // While a rewind is pending, Connect's position lies before or behind; it takes no offset beyond it.
            if (isKnown && partition.committed() <= position.offset()) {
                committed.put(id, new OffsetAndMetadata(partition.committed()));
            }
        });
        return committed;
    }

    /** Lets go of partitions. What is gathered of them is dropped: their next owner reads it again. */
    void close(Collection<TopicPartition> closed) {
        closed.forEach(partitions::remove);
        closed.forEach(loads::close);
        lastPartition = null;
        quarantine.drop(closed);
        reader.keyMoves().forget(closed);
        writer.revoke(closed);
        next.drop(closed);
        reports.closed(closed, next.flush());
    }

    @Override
    public void close() {
        loads.closeAll();
        writer.close();
    }

    // ---- records

    private void take(SinkRecord sinkRecord) {
        AssignedPartition partition = partition(sinkRecord);
        long offset = sinkRecord.originalKafkaOffset();
        if (!partition.isClaimed() || partition.isSeeking()) {
            partition.turnAway(offset);
            return;
        }
        if (quarantine.isParked(partition) && !quarantine.isCuredBy(sinkRecord, partition)) {
            return;
        }
        if (offset < partition.accepted()) {
            passOver(partition, offset);
            return;
        }
        accept(sinkRecord, partition);
    }

    private AssignedPartition partition(SinkRecord sinkRecord) {
        // originalTopic: a transform may have renamed record.topic().
        String topic = sinkRecord.originalTopic();
        int number = sinkRecord.originalKafkaPartition();
        if (lastPartition != null
                && lastPartition.id().partition() == number
                && lastPartition.id().topic().equals(topic)) {
            return lastPartition;
        }
        lastPartition = partitions.get(new TopicPartition(topic, number));
        if (lastPartition == null) {
            throw new ConnectException("Connect delivered " + topic + "[" + number + "]@"
                    + sinkRecord.originalKafkaOffset() + ", whose partition is not open in this task");
        }
        return lastPartition;
    }

    private void passOver(AssignedPartition partition, long offset) {
        if (offset < partition.committed()) {
            throw new ConnectException("Connect delivered " + partition.id().topic() + "["
                    + partition.id().partition() + "]@" + offset + " although the records before "
                    + partition.committed()
                    + " are stored as written: the topic was deleted and created again, or has lost"
                    + " its end. To read it from the start, stop the connector and delete its offsets (DELETE"
                    + " /connectors/<name>/offsets), then resume it; to go on elsewhere, set them by PATCH.");
        }
        LOG.debug("Passed over {}@{}, which was accepted before", partition.id(), offset);
    }

    private void accept(SinkRecord received, AssignedPartition partition) {
        long offset = received.originalKafkaOffset();
        long size = Gathering.SMALL_RECORD;
        Route route = Route.PASSED_OVER;
        try {
            SinkRecord sinkRecord = reader.prepared(received);
            RecordReader.Reading reading = reader.read(sinkRecord, reader.origin(received, partition.id()));
            if (!quarantine.isEmpty() && joinsQuarantine(sinkRecord, partition, reading)) {
                return;
            }
            route = route(sinkRecord, partition, reading);
            if (route.way() == Route.Way.LOADED) {
                return;
            }
            if (reading.change().isPresent()) {
                size = gathering.add(route, reading.change().get(), reading, sinkRecord);
            }
        } catch (DataException e) {
            if (settings.toleratesErrors() && loads.putOff(partition, offset, e.getMessage())) {
                return;
            }
            if (!putAside(received, partition, e)) {
                return;
            }
        }
        if (route.way() == Route.Way.GATHERED_AHEAD) {
            next.cover(partition.id(), partition.handedOver(), offset - 1, partition.epoch(), size);
            partition.gatherAhead(offset);
            return;
        }
        next.cover(partition.id(), partition.handedOver(), offset, partition.epoch(), size);
        partition.gather(offset);
    }

    private Route route(SinkRecord sinkRecord, AssignedPartition partition, RecordReader.Reading reading) {
        if (reading.change().isEmpty()) {
            return markers.routeOfNothing(partition, sinkRecord.originalKafkaOffset());
        }
        TableId table = names.of(sinkRecord, reading.source());
        meet(table, partition);
        return markers.route(sinkRecord, partition, table, reading);
    }

    private void meet(TableId table, AssignedPartition partition) {
        if (partition.isFirstOf(table)) {
            reports.met(table, partition.id());
        }
    }

    /** Whether the record's table failed on records of another partition: no later change of it is applied either. */
    private boolean joinsQuarantine(SinkRecord sinkRecord, AssignedPartition partition, RecordReader.Reading reading) {
        if (reading.change().isEmpty() || !quarantine.has(names.of(sinkRecord, reading.source()))) {
            return false;
        }
        TableId table = names.of(sinkRecord, reading.source());
        Quarantine.Others others =
                next.flush().isOnlyOf(partition.id(), table) ? Quarantine.Others.NONE : Quarantine.Others.SOME;
        quarantine.park(
                partition, table, others, new ConnectException("the table failed on records of another partition"));
        return true;
    }

    /** Whether the record is done with; otherwise its partition is parked before it. */
    private boolean putAside(SinkRecord sinkRecord, AssignedPartition partition, DataException cause) {
        Rejection rejection = new Rejection(
                reader.origin(sinkRecord, partition.id()),
                names.ofTopic(sinkRecord.topic()),
                String.valueOf(sinkRecord.key()),
                "",
                "",
                cause.getMessage());
        meet(rejection.table(), partition);
        boolean isParked =
                !settings.toleratesErrors() && settings.of(rejection.table()).onError() == TableErrorMode.QUARANTINE;
        if (isParked) {
            quarantine.park(
                    partition, rejection.table(), Quarantine.Others.NONE, new DataException(rejection.message()));
            return false;
        }
        if (!settings.toleratesErrors()) {
            throw new ConnectException(
                    rejection.message() + ". Set errors.tolerance=all to have such records put aside.", cause);
        }
        next.flush().addUnreadable(rejection);
        return true;
    }

    // ---- jobs

    // Connect swallows what preCommit throws, so that every failure is kept for the next put.
    private void collect() {
        try {
            writer.result().ifPresent(result -> result.match(new Ending()));
            loads.collect().forEach(this::loaded);
            loads.nextFailure().ifPresent(this::loadFailed);
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        }
    }

    private void loadFailed(FailedLoad failed) {
        if (settings.of(failed.table()).onError() != TableErrorMode.QUARANTINE || !failed.isOfTable()) {
            failure = Optional.of(failed.failure());
            return;
        }
        failed.partition().giveUp();
        next.drop(List.of(failed.partition().id()));
        quarantine.park(failed.partition(), failed.table(), Quarantine.Others.NONE, failed.failure());
    }

    private void loaded(LoadResult result) {
        next.flush().reread(result.table());
        reports.loaded(result);
    }

    private void throwFailure() {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void startNextJob() {
        if (writer.isBusy()) {
            return;
        }
        List<TopicPartition> unclaimed = partitions.values().stream()
                .filter(partition -> !partition.isClaimed())
                .map(AssignedPartition::id)
                .toList();
        if (!unclaimed.isEmpty()) {
            claiming = new HashMap<>(partitions);
            claiming.keySet().retainAll(unclaimed);
            writer.claim(unclaimed);
            return;
        }
        // Before the next load begins, which takes the note back when it has ended.
        Optional<FlushNote> note = loads.incomplete().nextNote();
        if (note.isPresent()) {
            writer.write(note.get());
            return;
        }
        Optional<TableId> toLoad = loads.preparations().next();
        if (toLoad.isPresent()) {
            writer.prepareLoad(toLoad.get());
            return;
        }
        if (next.isDue() && !reader.keyMoves().isAnyHalf()) {
            handOver();
        }
    }

    private boolean isHeld(Advance advance) {
        AssignedPartition partition = partitions.get(advance.partition());
        return partition != null && partition.isClaimed() && partition.epoch() == advance.epoch();
    }

    private void handOver() {
        Patience patience = next.patience();
        Flush flush = next.take();
        for (Advance advance : flush.advances()) {
            partitions.get(advance.partition()).handOver(advance.to());
            loads.staged().note(advance.partition()).ifPresent(note -> flush.note(advance.partition(), note));
        }
        reports.handedOver(flush);
        writer.write(flush, patience);
    }

    /** What follows from the end of a job. */
    private final class Ending implements WriterResult.Cases<Void> {

        @Override
        public Void claimed(WriterResult.Claimed result) {
            for (Claim claim : result.claims()) {
                AssignedPartition partition = partitions.get(claim.partition());
                // Closed and opened again meanwhile: another task may have claimed it in between.
                if (partition == null || partition != claiming.get(claim.partition())) {
                    continue;
                }
                partition.claimed(claim);
                loads.claimed(result, claim, partition);
                LOG.info(
                        "Claimed {} with epoch {}, next offset {}",
                        claim.partition(),
                        claim.epoch(),
                        claim.hasWritten() ? claim.next() : "by the consumer group");
            }
            return null;
        }

        @Override
        public Void loadPrepared(WriterResult.LoadPrepared result) {
            loads.preparations().prepared(result);
            return null;
        }

        @Override
        public Void flushed(WriterResult.Flushed result) {
            next.written();
            for (Advance advance : result.written().flush().advances()) {
                AssignedPartition partition = partitions.get(advance.partition());
                if (partition != null && partition.epoch() == advance.epoch()) {
                    partition.commit(advance.to());
                }
            }
            reports.flushed(result.written());
            return null;
        }

        @Override
        public Void waiting(WriterResult.Waiting result) {
            // What was closed meanwhile is read again by whoever has it now, perhaps this task under another claim.
            Set<TopicPartition> gone = result.flush().advances().stream()
                    .filter(advance -> !isHeld(advance))
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
                AssignedPartition partition = partitions.get(id);
                if (partition == null) {
                    continue;
                }
                boolean isAlone = result.flush().isOnlyOf(id, result.table()) && gathered.isOnlyOf(id, result.table());
                loads.close(id);
                partition.giveUp();
                quarantine.park(
                        partition,
                        result.table(),
                        isAlone ? Quarantine.Others.NONE : Quarantine.Others.SOME,
                        result.cause());
            }
            next.drop(parked);
            Set<TopicPartition> gone = result.flush().advances().stream()
                    .filter(advance -> !isHeld(advance))
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

    // ---- back-pressure

    private void pauseAndResume() {
        boolean isFull = isFull();
        List<TopicPartition> toPause = new ArrayList<>();
        List<TopicPartition> toResume = new ArrayList<>();
        for (AssignedPartition partition : partitions.values()) {
            boolean shouldPause = isFull
                    || next.isWaitingWithEnoughOf(partition.id())
                    || !partition.isClaimed()
                    || loads.shouldPause(partition);
            if (shouldPause != partition.isPaused()) {
                partition.setPaused(shouldPause);
                (shouldPause ? toPause : toResume).add(partition.id());
            }
        }
        if (!toPause.isEmpty()) {
            context.pause(toPause.toArray(TopicPartition[]::new));
        }
        if (!toResume.isEmpty()) {
            context.resume(toResume.toArray(TopicPartition[]::new));
        }
    }

    private boolean isFull() {
        return next.isFull() && writer.isBusy();
    }

    private void seek() {
        for (AssignedPartition partition : partitions.values()) {
            partition.takeSeek().ifPresent(offset -> context.offset(partition.id(), offset));
        }
    }

    private boolean isAnythingUnderWay() {
        return writer.isBusy() || !next.flush().isEmpty() || loads.isAnyUnderWay();
    }
}
