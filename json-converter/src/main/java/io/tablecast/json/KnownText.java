// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

/**
 * The text that a field had last. Those that say where a record comes from hardly ever change: they are recognised by
 * their bytes, and whoever compares them finds out without looking at their characters. Thread-safe.
 */
final class KnownText {

    /** Bytes of a text that is kept, with its closing quote. */
    static final int LONGEST = 128;

    // Without a lock: a thread that does not see another one's text makes it anew.
    private Text last = new Text("", new byte[] {'"'});

    Text last() {
        return last;
    }

    /** @param quoted the bytes of the text and its closing quote, not to be changed any more */
    void keep(String text, byte[] quoted) {
        last = new Text(text, quoted);
    }

    /** A text and its bytes up to the closing quote. */
    static final class Text {

        private final String text;
        private final byte[] quoted;

        private Text(String text, byte[] quoted) {
            this.text = text;
            this.quoted = quoted;
        }

        String text() {
            return text;
        }

        /** Not to be changed. */
        byte[] quoted() {
            return quoted;
        }
    }
}
