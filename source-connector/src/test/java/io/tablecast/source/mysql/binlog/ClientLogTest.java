// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.network.Authenticator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientLogTest {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;
    private final Published published = new Published();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(output, true, UTF_8));
        Logger.getLogger("").addHandler(published);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("").removeHandler(published);
        System.setErr(standardError);
    }

    @Test
    void whatTheClientLogsOnThreadsOfOursGoesToTheWorkersLogAlone() throws InterruptedException {
        onThread(() -> {
            ClientLog.takeOver();
            log(BinaryLogClient.class, Level.WARNING, "the stream has broken");
            log(Authenticator.class, Level.SEVERE, "the password is wrong");
            log(BinaryLogClient.class, Level.INFO, "connected");
        });

        assertThat(published.messages).isEmpty();
        // The worker's log of the tests shows warnings, in a form of its own.
        assertThat(output.toString(UTF_8).lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("WARN BinaryLogClient - the stream has broken"))
                .anyMatch(line -> line.contains("WARN Authenticator - the password is wrong"));
    }

    @Test
    void whatOthersLogWithTheSameClientStaysTheirs() throws InterruptedException {
        onThread(ClientLog::takeOver);
        onThread(() -> log(BinaryLogClient.class, Level.WARNING, "of another connector"));

        assertThat(published.messages).containsExactly("of another connector");
        assertThat(output.toString(UTF_8)).doesNotContain("WARN BinaryLogClient -");
    }

    private static void onThread(Runnable work) throws InterruptedException {
        Thread thread = new Thread(work, "client");
        thread.start();
        thread.join();
    }

    private static void log(Class<?> client, Level level, String message) {
        Logger.getLogger(client.getName()).log(level, message);
    }

    /** What java.util.logging would write somewhere. */
    private static final class Published extends Handler {

        private final List<String> messages = new ArrayList<>();

        @Override
        public void publish(LogRecord logged) {
            messages.add(logged.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
