// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Rejection;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableErrorMode;
import io.tablecast.sink.structure.Names;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends every record where it belongs: into the next flush, to a load, aside, or back to be read again. */
final class RecordIntake {

    private static final Logger LOG = LoggerFactory.getLogger(RecordIntake.class);

    private final SinkSettings settings;
    private final RecordReader reader;
    private final DestinationNames names;
    private final Assignment assignment;
    private final LoadFeed feed;
    private final SnapshotMarkers markers;
    private final NextFlush next;
    private final Gathering gathering;
    private final Quarantine quarantine;
    private final Reports reports;

    RecordIntake(
            SinkSettings settings,
            RecordReader reader,
            DestinationNames names,
            Assignment assignment,
            SnapshotLoads loads,
            NextFlush next,
            Quarantine quarantine,
            Reports reports) {
        this.settings = settings;
        this.reader = reader;
        this.names = names;
        this.assignment = assignment;
        this.feed = new LoadFeed(loads);
        this.markers = new SnapshotMarkers(loads, feed);
        this.next = next;
        this.gathering = new Gathering(next, reports);
        this.quarantine = quarantine;
        this.reports = reports;
    }

    void take(SinkRecord sinkRecord) {
        AssignedPartition partition = assignment.of(sinkRecord);
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

    private void passOver(AssignedPartition partition, long offset) {
        if (offset < partition.committed()) {
            throw new ConnectException("Connect delivered " + partition.id().topic() + "["
                    + partition.id().partition() + "]@" + offset + " although the records before "
                    + partition.committed()
                    + " are stored as written: the topic was deleted and created again, or has lost"
                    + " its end. To read it from the start, stop the connector, set the partition's kafka_offset to 0"
                    + " by PATCH /connectors/<name>/offsets, and resume it. DELETE of the offsets does not help:"
                    + " Kafka has forgotten those of the deleted topic, so that Connect does not name it.");
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
            if (settings.toleratesErrors() && feed.putOff(partition, offset, e.getMessage())) {
                return;
            }
            if (!putAside(received, partition, e)) {
                return;
            }
            if (route.equals(Route.PASSED_OVER)) {
                route = markers.routeOfUnreadable(received, partition);
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
        Optional<TableId> place = place(sinkRecord, partition);
        place.ifPresent(table -> meet(table, partition));
        Rejection rejection = new Rejection(
                reader.origin(sinkRecord, partition.id()),
                place.orElseGet(() -> new TableId("", sinkRecord.topic())),
                String.valueOf(sinkRecord.key()),
                "",
                "",
                cause.getMessage());
        boolean isParked = !settings.toleratesErrors()
                && place.isPresent()
                && settings.of(place.get()).onError() == TableErrorMode.QUARANTINE;
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

    /** The table that a record which says nothing is for: by its topic's name, else that of the records before it. */
    private Optional<TableId> place(SinkRecord sinkRecord, AssignedPartition partition) {
        return settings.naming().destination(sinkRecord.topic()).map(Names::fit).or(partition::lastTable);
    }
}
