// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TracesTest {

    @Test
    void messagesOfAllCausesStayAndFramesGo() {
        String trace = """
                org.apache.kafka.connect.errors.ConnectException: Cannot write to shop.orders
                \tat io.tablecast.sink.PostgresSinkTask.put(PostgresSinkTask.java:50)
                \tat java.base/java.lang.Thread.run(Thread.java:840)
                Caused by: org.postgresql.util.PSQLException: ERROR: permission denied
                  Hint: ask somebody
                \t... 10 more
                """;

        assertThat(Traces.reason(trace))
                .isEqualTo("Cannot write to shop.orders: ERROR: permission denied:   Hint: ask somebody");
    }

    @Test
    void sameMessageIsToldOnce() {
        assertThat(Traces.reason("a.B: no\nCaused by: c.D: no\n")).isEqualTo("no");
    }

    @Test
    void failureWithoutAReasonIsSaidToHaveNone() {
        assertThat(Traces.reason("")).isEqualTo("no reason is given");
    }
}
