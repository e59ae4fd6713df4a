// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.source.config.ConnectionSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConnectionsTest {

    /**
     * Sessions cannot begin while somebody waits to lock the catalog (VACUUM FULL), which may be for one of ours that waits
     * for the new one.
     */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void serverThatSaysNothingIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Connections connections = connections(silent, Duration.ofSeconds(1));

            assertThatThrownBy(connections::open)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(SqlFailure.of(failure)).isEqualTo(SqlFailure.RETRY))
                    .hasMessage("Connection attempt timed out.");
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readerThatIsStoppedWhileItConnectsFailsAsIfTheServerWereAway() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Connections connections = connections(silent, Duration.ofSeconds(50));

            Thread.currentThread().interrupt();

            assertThatThrownBy(connections::open)
                    .isInstanceOf(SQLException.class)
                    .hasMessage("Interrupted while connecting.");
        }
    }

    private static Connections connections(ServerSocket server, Duration loginPatience) {
        String url = "jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + "/shop";
        return new Connections(
                new ConnectionSettings(url, "reader", new Password("secret"), Map.of(), "shop"), loginPatience);
    }
}
