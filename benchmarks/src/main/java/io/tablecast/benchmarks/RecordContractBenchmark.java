// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What each row costs on its way through both connectors, in nanoseconds, beside the JSON converter that the worker
 * runs between them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class RecordContractBenchmark {
    private OrderRow row;
    private JsonConverter converter;
    private byte[] json;

    /** Makes the row, and the converter as a worker configures it. */
    @Setup
    public void prepare() {
        row = new OrderRow();
        converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), false);
        json = toJson();
    }

    /** A row of a binary COPY to a Struct. */
    @Benchmark
    public Struct decodeRow() {
        return row.decode();
    }

    /** Values that are there to a Struct: what of the former is not decoding. */
    @Benchmark
    public Struct buildStruct() {
        return row.build();
    }

    /** A row to a change event with its source block. */
    @Benchmark
    public Struct writeEnvelope() {
        return row.envelope();
    }

    /** The worker's part at the source, for comparison. */
    @Benchmark
    public byte[] toJson() {
        return converter.fromConnectData("erp.shop.orders", row.value().schema(), row.value());
    }

    /** The worker's part at the sink, for comparison. */
    @Benchmark
    public SchemaAndValue fromJson() {
        return converter.toConnectData("erp.shop.orders", json);
    }

    /** A change event to its row. */
    @Benchmark
    public Object readEnvelope() {
        return row.readEnvelope();
    }

    /** A row to a row of a binary COPY. */
    @Benchmark
    public Object encodeRow() {
        return row.encode();
    }
}
