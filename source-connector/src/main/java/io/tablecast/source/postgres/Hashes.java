// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Short fingerprints of texts, by SHA-256. */
public final class Hashes {

    private static final int TEXT_BYTES = 16;

    private Hashes() {}

    /** 32 hexadecimal digits. */
    public static String text(String content) {
        return HexFormat.of().formatHex(Arrays.copyOf(digest(content), TEXT_BYTES));
    }

    /** The digest's first eight bytes as a number, most significant byte first. */
    public static long number(String content) {
        return ByteBuffer.wrap(digest(content)).getLong();
    }

    private static byte[] digest(String content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
