// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compared with Jackson, which writes what Kafka's converter hands to it. */
class JsonOutputTest {

    private static final JsonFactory JACKSON = new JsonFactory();

    @Test
    void integersOfAllLengths() throws IOException {
        long bound = 1;
        for (int digits = 0; digits < 19; digits++) {
            for (long value : List.of(bound - 1, bound, -bound, bound + 1, bound * 9)) {
                assertSame(out -> out.number(value), jackson -> jackson.writeNumber(value));
            }
            bound *= 10;
        }
        for (long value : List.of(Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE)) {
            assertSame(out -> out.number(value), jackson -> jackson.writeNumber(value));
        }
    }

    @Test
    void fractions() throws IOException {
        for (double value :
                List.of(0.0, -0.0, 1e300, 4.9e-324, 0.1, 1e7, Double.NaN, Double.NEGATIVE_INFINITY, 1 / 3.0)) {
            assertSame(out -> out.number(value), jackson -> jackson.writeNumber(value));
            assertSame(out -> out.number((float) value), jackson -> jackson.writeNumber((float) value));
        }
        for (String text : List.of("0", "-1.50", "1E+5", "1E-40", "12345678901234567890.123")) {
            BigDecimal value = new BigDecimal(text);
            assertSame(out -> out.number(value), jackson -> jackson.writeNumber(value));
        }
    }

    @Test
    void everyCharacter() throws IOException {
        for (int character = 0; character <= Character.MAX_VALUE; character++) {
            String text = "a" + (char) character + "b";
            assertSame(out -> out.text(text), jackson -> jackson.writeString(text));
        }
    }

    @Test
    void textsAndBytesOfAllLengths() throws IOException {
        Random random = new Random(5);
        for (int length = 0; length < 3000; length += 1 + random.nextInt(30)) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertSame(out -> out.binary(bytes), jackson -> jackson.writeBinary(bytes));
            for (String letter : List.of("x", "\u0001", "\u00e9", "\u20ac", "\ud83d\ude00")) {
                String text = letter.repeat(length);
                assertSame(out -> out.text(text), jackson -> jackson.writeString(text));
            }
        }
    }

    private static void assertSame(Ours ours, Jacksons jacksons) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write('<');
        try (JsonGenerator generator = JACKSON.createGenerator(expected)) {
            jacksons.write(generator);
        }
        expected.write('>');
        JsonOutput out = new JsonOutput();
        out.nothing();
        out.clear();
        ours.write(out);

        assertThat(out.between("<".getBytes(UTF_8), '>')).isEqualTo(expected.toByteArray());
    }

    private interface Ours {
        void write(JsonOutput out);
    }

    private interface Jacksons {
        void write(JsonGenerator out) throws IOException;
    }
}
