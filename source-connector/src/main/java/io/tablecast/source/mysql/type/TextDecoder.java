// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.util.Objects.requireNonNull;

import java.nio.charset.Charset;

/** Turns bytes of a character set of the server into text. */
public sealed interface TextDecoder {

    String decode(byte[] bytes);

    /** The most bytes that one character takes. */
    int bytesOfCharacter();

    /** A character set whose characters are bytes, as the server itself translates them. */
    final class OfBytes implements TextDecoder {
        private static final int BYTES = 256;

        private final int[] characters;

        /** @param characters the characters of all 256 bytes */
        public OfBytes(int[] characters) {
            if (characters.length != BYTES) {
                throw new IllegalArgumentException("Expected 256 characters, but there are " + characters.length);
            }
            this.characters = characters.clone();
        }

        @Override
        public String decode(byte[] bytes) {
            StringBuilder text = new StringBuilder(bytes.length);
            for (byte one : bytes) {
                text.appendCodePoint(characters[one & 0xff]);
            }
            return text.toString();
        }

        @Override
        public int bytesOfCharacter() {
            return 1;
        }
    }

    /** A character set that Java knows. */
    record OfCharset(Charset charset, int bytesOfCharacter) implements TextDecoder {
        public OfCharset {
            requireNonNull(charset, "charset is null");
        }

        @Override
        public String decode(byte[] bytes) {
            return new String(bytes, charset);
        }
    }
}
