// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes damaged and hostile input of good one, always the same for a seed. Not thread-safe. */
public final class Mutations {

    /** What parsers stumble over: quotes and comments, NUL, halves of characters, numbers at their limits. */
    private static final List<String> HOSTILE = List.of(
            "'",
            "\"",
            "`",
            "$$",
            ";",
            "--",
            "/*",
            "*/",
            "\\",
            "\0",
            "\n",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "-",
            "(",
            ")",
            "null",
            "true",
            "[]",
            "{}",
            "-1",
            "9223372036854775808",
            "1e999",
            "\ud800",
            "\u202e",
            "é".repeat(64));

    private static final List<Object> VALUES = Arrays.asList(
            null,
            0L,
            -1L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            1,
            1.5,
            true,
            "",
            "x",
            "1:2:",
            "9:1:",
            List.of(),
            Map.of("a", 1L));

    private final Random random;

    public Mutations(long seed) {
        this.random = new Random(seed);
    }

    /** Texts that parsers stumble over; each is a value that somebody may well give. */
    public static List<String> hostileTexts() {
        return HOSTILE;
    }

    /** Bytes with one to four of them changed, cut out, doubled, or made lengths that nothing has. */
    public byte[] of(byte[] bytes) {
        byte[] mutated = bytes;
        for (int i = random.nextInt(4); i >= 0; i--) {
            mutated = once(mutated);
        }
        return mutated;
    }

    /** The same for the characters of a text. */
    public String of(String text) {
        int at = random.nextInt(text.length() + 1);
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + any(HOSTILE) + text.substring(at);
            case 1 -> text.substring(0, at) + any(HOSTILE) + text.substring(Math.min(text.length(), at + 1));
            case 2 -> text.substring(0, at) + text.substring(random.nextInt(text.length() + 1));
            default -> new String(of(text.getBytes(ISO_8859_1)), ISO_8859_1);
        };
    }

    /** A map with one to three entries changed, left out, or given to another key. */
    public Map<String, Object> of(Map<String, Object> map) {
        Map<String, Object> mutated = new HashMap<>(map);
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<String> keys = map.keySet().stream().sorted().toList();
            String key = any(keys);
            switch (random.nextInt(5)) {
                case 0 -> mutated.remove(key);
                case 1 -> mutated.put(key, mutated.get(any(keys)));
                case 2 -> mutated.put(key, of(String.valueOf(mutated.get(key))));
                case 3 -> mutated.put(of(key), mutated.get(key));
                default -> mutated.put(key, any(VALUES));
            }
        }
        return mutated;
    }

    private byte[] once(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        byte[] mutated = bytes.clone();
        switch (random.nextInt(5)) {
            case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
            case 1 ->
                mutated[at] = any(List.of(0, 1, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xfe, 0xff))
                        .byteValue();
            case 2 ->
                Arrays.fill(
                        mutated,
                        at,
                        Math.min(bytes.length, at + 4),
                        any(List.of(0, 0x7f, 0xff)).byteValue());
            case 3 -> mutated = Arrays.copyOf(bytes, at);
            default -> mutated = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at / 2, bytes.length));
        }
        return mutated;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
