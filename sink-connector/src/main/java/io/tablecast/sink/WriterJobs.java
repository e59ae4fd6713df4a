// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.apply.Flush;
import io.tablecast.sink.apply.FlushNote;
import io.tablecast.sink.apply.FlushWriter;
import io.tablecast.sink.apply.Patience;
import io.tablecast.sink.offset.Advance;
import java.util.List;
import java.util.Optional;

/** Gives the writer thread its next job: claims first, then what loads need, then the flush that is due. */
final class WriterJobs {

    private final FlushWriter writer;
    private final Assignment assignment;
    private final SnapshotLoads loads;
    private final KeyMoves keyMoves;
    private final NextFlush next;
    private final Reports reports;
    private List<AssignedPartition> claiming = List.of();

    WriterJobs(
            FlushWriter writer,
            Assignment assignment,
            SnapshotLoads loads,
            KeyMoves keyMoves,
            NextFlush next,
            Reports reports) {
        this.writer = writer;
        this.assignment = assignment;
        this.loads = loads;
        this.keyMoves = keyMoves;
        this.next = next;
        this.reports = reports;
    }

    /** Whether a claim that has ended was for this partition as it is open now. */
    boolean hasClaimed(AssignedPartition partition) {
        // Closed and opened again meanwhile: another task may have claimed it in between.
        return claiming.contains(partition);
    }

    /** Starts the next job if the writer has none. */
    void startNext() {
        if (writer.isBusy()) {
            return;
        }
        List<AssignedPartition> unclaimed = assignment.unclaimed();
        if (!unclaimed.isEmpty()) {
            claiming = unclaimed;
            writer.claim(unclaimed.stream().map(AssignedPartition::id).toList());
            return;
        }
        // Before the next load begins, which takes the note back when it has ended.
        Optional<FlushNote> note = loads.incomplete().nextNote();
        if (note.isPresent()) {
            writer.write(note.get());
            return;
        }
        Optional<LoadPreparations.Announced> toLoad = loads.preparations().next();
        if (toLoad.isPresent()) {
            writer.prepareLoad(toLoad.get().request());
            return;
        }
        if (next.isDue() && (next.isLarge() || !keyMoves.isAnyHalf())) {
            handOver();
        }
    }

    private void handOver() {
        Patience patience = next.patience();
        Flush flush = next.take();
        for (Advance advance : flush.advances()) {
            assignment.of(advance.partition()).orElseThrow().handOver(advance.to());
            loads.staged().note(advance.partition()).ifPresent(note -> flush.note(advance.partition(), note));
        }
        reports.handedOver(flush);
        writer.write(flush, patience);
    }
}
