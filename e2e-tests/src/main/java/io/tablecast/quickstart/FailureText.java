// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** What a person is told when the quickstart fails: what could not be done, and each cause that says something more. */
final class FailureText {

    private FailureText() {}

    static String of(Throwable failure) {
        List<String> lines = new ArrayList<>();
        String above = "";
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String text = text(each);
            if (each instanceof CompletionException || above.contains(text)) {
                continue;
            }
            lines.add(lines.isEmpty() ? "The quickstart failed: " + text : "  because: " + text);
            above = text;
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String text(Throwable failure) {
        // The message of such a failure may be nothing but the file's name, and its class the reason.
        boolean isBare = failure.getMessage() == null
                || (failure instanceof FileSystemException ofFile && ofFile.getReason() == null);
        return isBare ? failure.toString() : failure.getMessage();
    }
}
