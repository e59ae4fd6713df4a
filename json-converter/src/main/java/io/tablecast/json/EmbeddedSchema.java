// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Optional;

/** The bytes of a message before its payload, as Kafka's converter writes them. Immutable. */
final class EmbeddedSchema {

    private static final byte[] OPENING = "{\"schema\":".getBytes(US_ASCII);
    private static final byte[] MIDDLE = ",\"payload\":".getBytes(US_ASCII);

    private final byte[] bytes;

    private EmbeddedSchema(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The schema that a message embeds; empty when the message is not laid out as Kafka's converter does it. */
    static Optional<EmbeddedSchema> of(byte[] message) {
        if (!contains(message, 0, OPENING) || message.length == OPENING.length || message[OPENING.length] != '{') {
            return Optional.empty();
        }
        int end = endOfObject(message, OPENING.length);
        return contains(message, end, MIDDLE)
                ? Optional.of(new EmbeddedSchema(Arrays.copyOf(message, end + MIDDLE.length)))
                : Optional.empty();
    }

    boolean isAtStartOf(byte[] message) {
        return message.length > bytes.length && Arrays.equals(message, 0, bytes.length, bytes, 0, bytes.length);
    }

    /** Where the payload begins. */
    int length() {
        return bytes.length;
    }

    /** Not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    private static boolean contains(byte[] message, int at, byte[] part) {
        return message.length - at >= part.length && Arrays.equals(message, at, at + part.length, part, 0, part.length);
    }

    /** The position behind the brace that closes the object, or the message's length when none does. */
    private static int endOfObject(byte[] message, int start) {
        int depth = 0;
        boolean inText = false;
        for (int i = start; i < message.length; i++) {
            byte character = message[i];
            if (inText) {
                if (character == '\\') {
                    i++;
                } else if (character == '"') {
                    inText = false;
                }
                continue;
            }
            switch (character) {
                case '"' -> inText = true;
                case '{' -> depth++;
                case '}' -> depth--;
                default -> {
                    continue;
                }
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        return message.length;
    }
}
