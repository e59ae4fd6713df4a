// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.PostgresType;
import io.tablecast.contract.type.TypedColumn;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.FormerNames;
import io.tablecast.sink.structure.IdentifierCase;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.UniqueIndex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to find the last state of each key among the changes of a batch, in nanoseconds for each change. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ReductionBenchmark {
    private static final int CHANGES = 20_000;
    private static final int DELETED_PART = 10;
    /** Shares no factor with the numbers of keys, so that the keys of a batch come in no order. */
    private static final long STEP = 7_919;

    private static final TableId TABLE = new TableId("shop", "orders");
    private static final Schema KEY =
            SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
    private static final Schema ROW = SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("value", Schema.STRING_SCHEMA)
            .build();

    /** How many rows the changes concern. */
    @Param({"1000", "20000"})
    public int keys;

    private List<Change.OfRow> changes;
    private RowChanges.Identities identities;
    private MergedRows merged;

    /** Makes the changes, and what tells their keys as the writer of a table with a bigint key does. */
    @Setup
    public void prepare() {
        changes = new ArrayList<>();
        for (int number = 0; number < CHANGES; number++) {
            changes.add(change(number, number * STEP % keys));
        }
        KeyColumns columns =
                KeyColumns.of(table(), changes.get(0).key(), Optional.of(ROW)).orElseThrow();
        identities = change -> Optional.of(columns.identity(change));
        merged = new MergedRows(Field::name);
    }

    /** Changes to the last state of each key. */
    @Benchmark
    @OperationsPerInvocation(CHANGES)
    public Object reduce() {
        return RowChanges.reduce(changes, identities, merged);
    }

    private static Change.OfRow change(int number, long id) {
        Origin origin = new Origin.Place(new TopicPartition("erp.shop.orders", 0), number);
        RowKey key = RowKey.of(KEY, new Struct(KEY).put("id", id));
        return number % DELETED_PART == 0
                ? new Change.Delete(origin, key, new Deletion(SourceInfo.NONE, Instant.EPOCH, Optional.empty()))
                : new Change.Write(origin, key, new Struct(ROW).put("id", id).put("value", "value " + number));
    }

    private static DestinationTable table() {
        TypedColumn id =
                new TypedColumn("id", new PostgresType.Base(20, "bigint", "int8", PostgresType.NO_MODIFIER), false);
        return new DestinationTable(
                TABLE,
                1,
                RelationKind.TABLE,
                TABLE,
                List.of(new DestinationColumn(id, Identity.NONE, false, false)),
                List.of(new UniqueIndex("orders_pkey", List.of("id"), true, true, true)),
                IdentifierCase.KEEP,
                FormerNames.NONE);
    }
}
