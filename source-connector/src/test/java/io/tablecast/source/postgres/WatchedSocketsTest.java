// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

final class WatchedSocketsTest {

    @Test
    void connectionThatIsGoneIsNoticedWithinTwoMinutes() throws IOException {
        try (Socket socket = new WatchedSockets().createSocket()) {
            int idle = socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE);
            int interval = socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL);
            int probes = socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT);

            assertThat(idle + interval * probes).isLessThanOrEqualTo(120);
        }
    }
}
