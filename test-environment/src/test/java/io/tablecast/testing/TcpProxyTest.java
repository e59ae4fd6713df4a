// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TcpProxyTest {
    private static final int SILENCE_MS = 200;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServerSocket echo = echoServer();
    private final TcpProxy proxy = TcpProxy.to("127.0.0.1", echo.getLocalPort());

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
        threads.shutdownNow();
    }

    @Test
    void passesOnWhatBothSidesSend() throws IOException {
        try (Socket client = connect()) {
            assertThat(answer(client, 7)).isEqualTo(7);
        }
    }

    @Test
    void cutConnectionsAreResetAndNewOnesWork() throws IOException {
        try (Socket client = connect();
                Socket next = connect()) {
            answer(client, 1);

            proxy.cut();

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> next.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        try (Socket client = connect()) {
            assertThat(answer(client, 2)).isEqualTo(2);
        }
    }

    @Test
    void silentConnectionsStayOpenAndDeliverLater() throws IOException {
        try (Socket client = connect()) {
            answer(client, 1);
            proxy.fallSilent();
            client.setSoTimeout(SILENCE_MS);

            assertThatThrownBy(() -> answer(client, 2)).isInstanceOf(SocketTimeoutException.class);

            proxy.restore();
            client.setSoTimeout(0);
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void slowConnectionsDeliverAfterTheDelay() throws IOException {
        try (Socket client = connect()) {
            proxy.slowDown(Duration.ofMillis(SILENCE_MS));
            client.setSoTimeout(SILENCE_MS);

            // Once on the way there and once on the way back.
            assertThatThrownBy(() -> answer(client, 3)).isInstanceOf(SocketTimeoutException.class);

            client.setSoTimeout(0);
            assertThat(client.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void serverThatIsAwayEndsItsClients() throws IOException {
        echo.close();
        try (Socket client = connect()) {
            assertThatThrownBy(() -> answer(client, 1)).isInstanceOf(SocketException.class);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static int answer(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private ServerSocket echoServer() {
        try {
            ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
            threads.execute(() -> {
                while (!server.isClosed()) {
                    serve(server);
                }
            });
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(ServerSocket server) {
        try {
            Socket client = server.accept();
            threads.execute(() -> {
                try (client) {
                    client.getInputStream().transferTo(client.getOutputStream());
                } catch (IOException clientIsGone) {
                    // The test has reset it.
                }
            });
        } catch (IOException closed) {
            // The test has ended.
        }
    }
}
