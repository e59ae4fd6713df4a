// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network that misbehaves, between clients and a server of this machine: it passes on what both send, until it is told
 * to cut connections, to fall silent, or to be slow. Clients connect to {@link #port()}, which stays the same; the server
 * may be away for a while. May be used from several threads.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int PIECE_BYTES = 16 * 1024;

    private final InetSocketAddress server;
    private final ServerSocket listening;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private boolean isSilent;
    private Duration delay = Duration.ZERO;

    private TcpProxy(InetSocketAddress server, ServerSocket listening) {
        this.server = server;
        this.listening = listening;
    }

    /** Starts to pass connections on to a server. */
    public static TcpProxy to(String host, int port) {
        try {
            ServerSocket listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next()));
            TcpProxy proxy = new TcpProxy(new InetSocketAddress(host, port), listening);
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen for connections to " + host + ":" + port, e);
        }
    }

    /** Where clients connect to, on this machine. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Resets all connections that are open; new ones are accepted. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /**
     * Passes nothing on any more, while connections stay open and new ones are accepted, until {@link #restore()}: neither
     * side learns of it unless it looks for answers.
     */
    public synchronized void fallSilent() {
        isSilent = true;
    }

    /** Holds each piece of up to 16 KiB back for so long before it is passed on, until {@link #restore()}. */
    public synchronized void slowDown(Duration each) {
        delay = each;
        notifyAll();
    }

    /** Passes everything on as fast as it comes; what was held back goes first. */
    public synchronized void restore() {
        isSilent = false;
        delay = Duration.ZERO;
        notifyAll();
    }

    /** Ends all connections and listens no more. */
    @Override
    public void close() {
        closeQuietly(listening);
        cut();
        threads.shutdownNow();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                threads.execute(() -> connect(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        Link link = new Link(client, upstream);
        links.add(link);
        try {
            upstream.connect(server);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            threads.execute(() -> pass(upstream, client, link));
            pass(client, upstream, link);
        } catch (IOException serverIsAway) {
            link.reset();
        }
    }

    private void pass(Socket from, Socket to, Link link) {
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                awaitPassage();
                out.write(piece, 0, length);
                out.flush();
            }
        } catch (IOException endsBothSides) {
            // The other direction ends with this one.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            link.reset();
        }
    }

    private synchronized void awaitPassage() throws InterruptedException {
        long passesAt = System.nanoTime() + delay.toNanos();
        while (isSilent) {
            wait();
        }
        while (!delay.isZero() && passesAt - System.nanoTime() > 0) {
            wait(Math.max(1, (passesAt - System.nanoTime()) / 1_000_000));
        }
    }

    private static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The two sockets of a client's connection. */
    private final class Link {
        private final Socket client;
        private final Socket upstream;

        private Link(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        private void reset() {
            links.remove(this);
            reset(client);
            reset(upstream);
        }

        private static void reset(Socket socket) {
            try {
                if (!socket.isClosed()) {
                    // Ends with a reset instead of a farewell, and drops what was not sent.
                    socket.setSoLinger(true, 0);
                }
            } catch (IOException alreadyGone) {
                // It is closed all the same.
            } finally {
                closeQuietly(socket);
            }
        }
    }
}
