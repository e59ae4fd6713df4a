// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.apply.FlushWriter;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.offset.Claim;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * The way of records through a task: partitions are claimed before anything of them is accepted, changes are gathered into
 * a flush while the writer thread writes the one before, and Connect is told of what is committed in the destination.
 * Everything here runs on the task's thread and returns at once.
 */
final class SinkPipeline implements AutoCloseable {

    private final FlushWriter writer;
    private final RecordReader reader;
    private final SnapshotLoads loads;
    private final Reports reports;
    private final Assignment assignment = new Assignment();
    private final NextFlush next;
    private final Quarantine quarantine;
    private final RecordIntake intake;
    private final WriterJobs jobs;
    private final JobEndings endings;
    private final BackPressure pressure;

    SinkPipeline(
            SinkSettings settings, SinkTaskContext context, FlushWriter writer, SnapshotLoads loads, Reports reports) {
        this.reader = new RecordReader(settings.nulMode(), settings.toleratesErrors());
        DestinationNames names = new DestinationNames(settings.naming());
        this.writer = writer;
        this.loads = loads;
        this.reports = reports;
        this.next = new NextFlush(settings.batch());
        this.quarantine = new Quarantine(reader, names, loads.incomplete(), reports);
        this.intake = new RecordIntake(settings, reader, names, assignment, loads, next, quarantine, reports);
        this.jobs = new WriterJobs(writer, assignment, loads, reader.keyMoves(), next, reports);
        this.endings = new JobEndings(settings, writer, jobs, assignment, loads, next, quarantine, reports);
        this.pressure = new BackPressure(settings.batch().linger(), context, assignment, writer, next, loads);
    }

    void open(Collection<TopicPartition> opened) {
        assignment.open(opened);
        reports.opened(opened);
    }

    /** Takes records in, and drives everything else on. */
    void put(Collection<SinkRecord> records) {
        endings.collect();
        endings.throwFailure();
        for (SinkRecord sinkRecord : records) {
            intake.take(sinkRecord);
        }
        quarantine.writeDown();
        jobs.startNext();
        assignment.all().forEach(loads::startSwitch);
        loads.tidy();
        pressure.apply();
    }

    /** What is committed in the destination, of the partitions that are asked for. */
    Map<TopicPartition, OffsetAndMetadata> committed(Map<TopicPartition, OffsetAndMetadata> current) {
        endings.collect();
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        current.forEach((id, position) -> assignment
                .of(id)
                .map(AssignedPartition::committed)
                // While a rewind is pending, Connect's position lies before or behind; it takes no offset beyond it.
                .filter(offset -> offset != Claim.NOTHING_WRITTEN && offset <= position.offset())
                .ifPresent(offset -> committed.put(id, new OffsetAndMetadata(offset))));
        return committed;
    }

    /** Lets go of partitions. What is gathered of them is dropped: their next owner reads it again. */
    void close(Collection<TopicPartition> closed) {
        assignment.close(closed);
        closed.forEach(loads::close);
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
}
