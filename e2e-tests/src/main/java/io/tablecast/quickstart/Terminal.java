// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where progress is shown: a block that is drawn over itself on a terminal, plain lines elsewhere. For use by one
 * thread.
 */
final class Terminal {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";

    private final PrintStream out;
    private final boolean isInteractive;
    private int height;

    private Terminal(PrintStream out, boolean isInteractive) {
        this.out = out;
        this.isInteractive = isInteractive;
    }

    /** The standard output of this process. */
    static Terminal standardOutput() {
        return new Terminal(System.out, isTerminal() && !"dumb".equals(System.getenv("TERM")));
    }

    boolean isInteractive() {
        return isInteractive;
    }

    /** A line that stays. */
    void say(String line) {
        out.println(line);
        out.flush();
        height = 0;
    }

    /** Draws the block, over the previous one if nothing was said since. */
    void draw(List<String> block) {
        if (height > 0) {
            out.printf(UP, height);
        }
        block.forEach(line -> out.println(line + CLEAR_TO_END_OF_LINE));
        out.flush();
        height = block.size();
    }

    // The console of newer JDKs exists even when the output goes to a file; the kernel knows better.
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
