// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks TCP ports for services that must come back on the same port after a crash. The ports lie below the range from
 * which the kernel takes the local ports of outgoing connections: otherwise a client could sit on the port of a service
 * that is down for a moment.
 */
final class FreePorts {
    private static final int LOWEST = 15_000;
    private static final int BEYOND_HIGHEST = 32_000;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int ATTEMPTS = 1_000;
    private static final Set<Integer> GIVEN_OUT = new HashSet<>();

    private FreePorts() {}

    /** A port that nobody listens on, never the same twice in this JVM. */
    static synchronized int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND_HIGHEST);
            if (!GIVEN_OUT.contains(port) && isFree(port)) {
                GIVEN_OUT.add(port);
                return port;
            }
        }
        throw new IllegalStateException(
                "No free TCP port between " + LOWEST + " and " + BEYOND_HIGHEST + " after " + ATTEMPTS + " attempts.");
    }

    /** Whether somebody accepts connections on the port of this machine. */
    static boolean isListening(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
