// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.cli.connect.Deployed;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which topics a sink reads, by its {@code topics} or {@code topics.regex}. */
public record TopicSelection(Deployed sink) {

    public boolean includes(String topic) {
        String expression = sink.settings().get("topics.regex");
        if (expression != null && !expression.isBlank()) {
            try {
                return Pattern.matches(expression, topic);
            } catch (PatternSyntaxException refusedByTheWorkerToo) {
                return false;
            }
        }
        return Arrays.stream(sink.settings().getOrDefault("topics", "").split(",", -1))
                .map(String::strip)
                .anyMatch(topic::equals);
    }
}
