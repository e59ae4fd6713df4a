// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.run;

import io.tablecast.benchmarks.pipeline.CopyBenchmark;
import io.tablecast.benchmarks.pipeline.CopyFormatBenchmark;
import io.tablecast.benchmarks.pipeline.GrowthBenchmark;
import io.tablecast.benchmarks.pipeline.PipelineBenchmark;
import io.tablecast.benchmarks.pipeline.SourceBenchmark;
import io.tablecast.benchmarks.pipeline.SwapBenchmark;
import io.tablecast.benchmarks.sink.SinkBenchmark;
import io.tablecast.benchmarks.source.BinlogBenchmark;
import io.tablecast.benchmarks.source.BurdenBenchmark;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the benchmarks that {@code benchmark.parts} names, one after the other. */
public final class Benchmarks {
    private static final Map<String, Benchmark> ALL = all();
    private static final String COMPARISON = "pipelines,sources,sinks,swaps,copy-format,growth";

    private Benchmarks() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) throws Exception {
        List<String> parts =
                Arrays.asList(System.getProperty("benchmark.parts", COMPARISON).split(",", -1));
        for (String part : parts) {
            if (!ALL.containsKey(part)) {
                throw new IllegalArgumentException(
                        "benchmark.parts names \"" + part + "\"; there are " + String.join(", ", ALL.keySet()) + ".");
            }
        }
        for (String part : parts) {
            System.out.printf("%n== %s%n%n", part);
            ALL.get(part).run(arguments);
        }
    }

    private static Map<String, Benchmark> all() {
        Map<String, Benchmark> all = new LinkedHashMap<>();
        all.put("pipelines", PipelineBenchmark::main);
        all.put("sources", SourceBenchmark::main);
        all.put("sinks", SinkBenchmark::main);
        all.put("swaps", SwapBenchmark::main);
        all.put("copy-format", CopyFormatBenchmark::main);
        all.put("growth", GrowthBenchmark::main);
        all.put("copy-threads", CopyBenchmark::main);
        all.put("binlog", BinlogBenchmark::main);
        all.put("burden", BurdenBenchmark::main);
        return all;
    }

    /** A main method. */
    private interface Benchmark {
        void run(String[] arguments) throws Exception;
    }
}
