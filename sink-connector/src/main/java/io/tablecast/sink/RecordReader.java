// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.ChangeEvent;
import io.tablecast.contract.record.ChunkReader;
import io.tablecast.contract.record.EnvelopeReader;
import io.tablecast.contract.record.RowChunk;
import io.tablecast.contract.record.SourceInfo;
import io.tablecast.sink.apply.Change;
import io.tablecast.sink.apply.Deletion;
import io.tablecast.sink.apply.Origin;
import io.tablecast.sink.apply.RowKey;
import io.tablecast.sink.config.NulMode;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** Makes changes of records. For use by one thread. */
final class RecordReader {

    private final EnvelopeReader envelopes = new EnvelopeReader();
    private final ChunkReader chunks = new ChunkReader();
    private final SchemalessRecords schemaless = new SchemalessRecords();
    private final NulCharacters nulCharacters;
    private final boolean keepsRecords;
    private final KeyMoves keyMoves = new KeyMoves(KeyMoves.PATIENCE);

    /**
     * Reads records.
     *
     * @param keepsRecords whether changes carry their records along, to be reported if they are refused
     */
    RecordReader(NulMode nulMode, boolean keepsRecords) {
        this.nulCharacters = new NulCharacters(nulMode);
        this.keepsRecords = keepsRecords;
    }

    /**
     * The record as everything else here takes it: with schemas, and without characters that are to be left out.
     *
     * @throws org.apache.kafka.connect.errors.DataException if it has no schema and is of no known form
     */
    SinkRecord prepared(SinkRecord sinkRecord) {
        if (ChunkReader.isChunk(sinkRecord)) {
            return sinkRecord;
        }
        SinkRecord typed = SchemalessRecords.isSchemaless(sinkRecord) && !SchemalessRecords.isAboutTheSource(sinkRecord)
                ? schemaless.typed(sinkRecord)
                : sinkRecord;
        nulCharacters.clean(typed);
        return typed;
    }

    /**
     * What a record does.
     *
     * @param change empty if it concerns no row
     * @param chunk of a record that holds rows of a snapshot in binary form, or none of them
     */
    record Reading(Optional<Change> change, SourceInfo source, Optional<RowChunk> chunk) {

        /** Of a record of any other form. */
        Reading(Optional<Change> change, SourceInfo source) {
            this(change, source, Optional.empty());
        }
    }

    /**
     * Reads a {@link #prepared} record.
     *
     * @throws org.apache.kafka.connect.errors.DataException if it is neither a change event nor a row
     */
    Reading read(SinkRecord sinkRecord, Origin origin) {
        if (SchemalessRecords.isAboutTheSource(sinkRecord)) {
            return Cases.nothing();
        }
        if (ChunkReader.isChunk(sinkRecord)) {
            return rows(sinkRecord, origin);
        }
        return envelopes.read(sinkRecord).match(new Cases(sinkRecord, origin, keyMoves));
    }

    // A record without rows begins a snapshot, as a truncate event does in other topics.
    private Reading rows(SinkRecord sinkRecord, Origin origin) {
        RowChunk chunk = chunks.read(sinkRecord);
        Change change = chunk.rows().rows() == 0
                ? new Change.Truncate(origin, new Deletion(chunk.source(), Instant.now(), Optional.empty()))
                : new Change.Rows(origin, chunk);
        return new Reading(Optional.of(change), chunk.source(), Optional.of(chunk));
    }

    /** The two records of key changes, as far as they were read. */
    KeyMoves keyMoves() {
        return keyMoves;
    }

    /** Where a record came from. */
    Origin origin(SinkRecord sinkRecord, TopicPartition partition) {
        return keepsRecords
                ? new Origin.Kept(partition, sinkRecord.originalKafkaOffset(), sinkRecord)
                : new Origin.Place(partition, sinkRecord.originalKafkaOffset());
    }

    private record Cases(SinkRecord sinkRecord, Origin origin, KeyMoves keyMoves)
            implements ChangeEvent.Cases<Reading> {

        @Override
        public Reading written(ChangeEvent.RowWritten event) {
            Optional<Change.Delete> former = keyMoves.written(sinkRecord.headers(), origin.partition());
            Change change = new Change.Write(origin, key(), event.row(), former, event.hasBefore());
            return new Reading(Optional.of(change), event.source());
        }

        @Override
        public Reading deleted(ChangeEvent.RowDeleted event) {
            RowKey key = key();
            Deletion deletion =
                    deletion(event.source(), event.beforeIsFull() ? Optional.of(event.before()) : Optional.empty());
            if (key.equals(RowKey.NONE)) {
                Change change = new Change.DeleteByRow(origin, event.before(), deletion);
                return new Reading(Optional.of(change), event.source());
            }
            Change.Delete delete = new Change.Delete(origin, key, deletion);
            keyMoves.deleted(sinkRecord.headers(), delete);
            return new Reading(Optional.of(delete), event.source());
        }

        @Override
        public Reading keyDeleted(ChangeEvent.KeyDeleted event) {
            RowKey key = key();
            if (key.equals(RowKey.NONE)) {
                return nothing();
            }
            Change.Delete delete = new Change.Delete(origin, key, deletion(SourceInfo.NONE, Optional.empty()));
            keyMoves.tombstone(sinkRecord.headers(), delete);
            return new Reading(Optional.of(delete), SourceInfo.NONE);
        }

        @Override
        public Reading truncated(ChangeEvent.TableTruncated event) {
            Deletion deletion = deletion(event.source(), Optional.empty());
            return new Reading(Optional.of(new Change.Truncate(origin, deletion)), event.source());
        }

        @Override
        public Reading notAChange(ChangeEvent.NotAChange event) {
            return nothing();
        }

        private Deletion deletion(SourceInfo source, Optional<Struct> fullRow) {
            Long written = sinkRecord.timestamp();
            Instant recordTime = written == null ? Instant.now() : Instant.ofEpochMilli(written);
            return new Deletion(source, recordTime, fullRow);
        }

        private static Reading nothing() {
            return new Reading(Optional.empty(), SourceInfo.NONE);
        }

        private RowKey key() {
            return RowKey.of(sinkRecord.keySchema(), sinkRecord.key());
        }
    }
}
