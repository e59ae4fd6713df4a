// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.sink.offset.FencedException;
import io.tablecast.sink.offset.MovedException;
import io.tablecast.sink.offset.Standing;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Writes one flush, and remembers between attempts whether a COMMIT is in doubt. */
final class FlushJob implements FlushWriter.Attempt {

    private final Patience patience;
    private final Duration parentWait;
    private final Set<TopicPartition> revoked;
    private Flush flush;
    private boolean isInDoubt;
    // It may turn out only after another attempt that this one was committed.
    private Optional<Written> unanswered = Optional.empty();

    /**
     * A flush to be written.
     *
     * @param parentWait how long records may be waited for that others refer to
     * @param revoked partitions that are given away meanwhile, which other threads add to
     */
    FlushJob(Flush flush, Patience patience, Duration parentWait, Set<TopicPartition> revoked) {
        this.flush = flush;
        this.patience = patience;
        this.parentWait = parentWait;
        this.revoked = revoked;
    }

    @Override
    public WriterResult run(DestinationSession open) throws SQLException, UnclearCommitException {
        if (!revoked.isEmpty()) {
            flush = flush.without(Set.copyOf(revoked));
        }
        if (flush.isEmpty()) {
            return new WriterResult.Abandoned();
        }
        if (isInDoubt) {
            Standing standing = open.standing(flush);
            if (standing == Standing.AFTER) {
                return happened();
            }
            if (standing == Standing.FENCED) {
                return new WriterResult.Failed(open.fenced(flush));
            }
            isInDoubt = false;
        }
        return write(open);
    }

    private WriterResult write(DestinationSession open) throws SQLException, UnclearCommitException {
        try {
            return new WriterResult.Flushed(open.write(flush, patience));
        } catch (WaitForMoreException e) {
            return new WriterResult.Waiting(flush, e.limit(parentWait), e.getMessage());
        } catch (UnclearCommitException e) {
            isInDoubt = true;
            unanswered = Optional.of(e.written());
            throw e;
        } catch (MovedException e) {
            isInDoubt = true;
            throw new SQLException(e.getMessage(), "40001", e);
        } catch (TableFailedException e) {
            return new WriterResult.TableFailed(flush, e.table(), e.failure());
        } catch (FencedException e) {
            if (revoked.contains(e.partition())) {
                throw new SQLException(e.getMessage(), "40001", e);
            }
            throw e;
        }
    }

    private WriterResult happened() {
        return new WriterResult.Flushed(unanswered
                .map(written -> new Written(flush, written.tables(), written.rejections()))
                .orElseGet(() -> new Written(flush, List.of(), List.of())));
    }
}
