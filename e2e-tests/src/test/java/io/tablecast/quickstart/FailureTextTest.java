// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class FailureTextTest {

    @Test
    void namesWhatFailedAndWhy() {
        var full = new FileSystemException("/tmp/x", null, "No space left on device");

        String text = FailureText.of(new UncheckedIOException("Cannot unpack PostgreSQL 18.6 into /tmp/x", full));

        assertThat(text.lines())
                .containsExactly(
                        "The quickstart failed: Cannot unpack PostgreSQL 18.6 into /tmp/x",
                        "  because: /tmp/x: No space left on device");
    }

    @Test
    void nameOfAFileAloneIsNoReason() {
        var denied = new AccessDeniedException("/tmp/x");

        String text = FailureText.of(new UncheckedIOException("Cannot create /tmp/x", denied));

        assertThat(text.lines())
                .containsExactly(
                        "The quickstart failed: Cannot create /tmp/x",
                        "  because: java.nio.file.AccessDeniedException: /tmp/x");
    }

    @Test
    void failureInAnotherThreadIsToldAsIfItWereInThisOne() {
        var failure = new IllegalStateException("PostgreSQL ended with exit code 1.");

        assertThat(FailureText.of(new CompletionException(failure)))
                .isEqualTo("The quickstart failed: PostgreSQL ended with exit code 1.");
    }

    @Test
    void causeThatSaysNothingNewIsLeftOut() {
        var cause = new IllegalArgumentException("port out of range");

        assertThat(FailureText.of(new IllegalStateException("Cannot start: port out of range", cause)))
                .isEqualTo("The quickstart failed: Cannot start: port out of range");
    }

    @Test
    void failureWithoutAMessageIsNamedByItsClass() {
        assertThat(FailureText.of(new NullPointerException()))
                .isEqualTo("The quickstart failed: java.lang.NullPointerException");
    }
}
