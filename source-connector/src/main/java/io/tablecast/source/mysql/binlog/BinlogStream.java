// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import com.github.shyiko.mysql.binlog.network.ServerException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that receives the binlog, on a thread of its own. Events are taken by one other thread. */
public final class BinlogStream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BinlogStream.class);
    private static final int WAITING_EVENTS = 2_000;
    private static final long WAITING_BYTES = 16 << 20;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SERVER_HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final BinaryLogClient client;
    private final long source;
    private final WaitingEvents events = new WaitingEvents(WAITING_EVENTS, WAITING_BYTES);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean isClosed;

    private BinlogStream(BinaryLogClient client, long source, String name) {
        this.client = client;
        this.source = source;
        this.thread = new Thread(this::receive, name);
        this.thread.setDaemon(true);
    }

    /**
     * Begins to receive behind a position.
     *
     * @param source the number of the server that the binlog must come from
     * @param serverId the number by which the server knows this client, which no other server or client may have
     * @param name of the thread
     */
    public static BinlogStream open(
            BinlogAddress address, long source, long serverId, BinlogPosition start, StartBy startBy, String name) {
        ClientLog.takeOver();
        BinaryLogClient client =
                new BinaryLogClient(address.host(), address.port(), address.user(), address.password());
        client.setServerId(serverId);
        // Ours verifies names, by the name that was asked for.
        client.setSSLMode(address.sslMode() == SSLMode.VERIFY_IDENTITY ? SSLMode.VERIFY_CA : address.sslMode());
        client.setSslSocketFactory(address.encryption());
        client.setKeepAlive(false);
        client.setBlocking(true);
        client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
        client.setHeartbeatInterval(SERVER_HEARTBEAT.toMillis());
        client.setNetReadTimeout(SILENCE.toMillis());
        client.setEventDeserializer(RawEvents.deserializer());
        if (startBy == StartBy.GTIDS) {
            client.setGtidSet(start.gtids());
            client.setGtidSetFallbackToPurged(false);
        } else {
            client.setBinlogFilename(start.file());
            client.setBinlogPosition(start.offset());
        }
        BinlogStream stream = new BinlogStream(client, source, name);
        client.registerEventListener(stream::received);
        client.registerLifecycleListener(stream.new Failures());
        stream.thread.start();
        return stream;
    }

    /**
     * The next event; empty when none comes in time.
     *
     * @throws IOException when the connection has broken, or the server has refused
     */
    public Optional<BinlogEvent> poll(Duration patience) throws IOException, InterruptedException {
        Optional<Event> event = events.poll(patience);
        if (event.isPresent()) {
            EventHeaderV4 header = event.get().getHeader();
            return Optional.of(
                    new BinlogEvent(RawEvents.type(header), header, event.get().getData()));
        }
        Exception cause = failure.get();
        if (cause instanceof ServerException refusal) {
            throw new BinlogRefusedException(refusal.getErrorCode(), refusal.getMessage(), refusal);
        }
        if (cause instanceof OtherServerException other) {
            throw other;
        }
        if (cause != null) {
            throw new IOException("The connection of the binlog has broken: " + cause.getMessage(), cause);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        try {
            client.disconnect();
            thread.join(STOP_PATIENCE.toMillis());
        } catch (IOException e) {
            LOG.debug("The connection of the binlog did not end in order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive() {
        ClientLog.takeOver();
        try {
            client.connect();
            failure.compareAndSet(null, new IOException("the server has closed it"));
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void received(Event event) {
        try {
            EventType type = event.getHeader().getEventType();
            if (type != EventType.FORMAT_DESCRIPTION && !isClosed) {
                events.put(event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How the server is told where to begin. */
    public enum StartBy {
        GTIDS,
        COORDINATES
    }

    private final class Failures implements BinaryLogClient.LifecycleListener {
        @Override
        public void onConnect(BinaryLogClient connected) {
            if (connected.getMasterServerId() != source) {
                isClosed = true;
                failure.compareAndSet(null, new OtherServerException(connected.getMasterServerId(), source));
            }
        }

        @Override
        public void onCommunicationFailure(BinaryLogClient failedIgnored, Exception cause) {
            failure.compareAndSet(null, cause);
        }

        @Override
        public void onEventDeserializationFailure(BinaryLogClient failedIgnored, Exception cause) {
            failure.compareAndSet(null, cause);
            // What follows must not be taken for what comes next.
            isClosed = true;
        }

        @Override
        public void onDisconnect(BinaryLogClient endedIgnored) {}
    }
}
