// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/offsets.md says about offsets is what the codec reads and writes. */
class OffsetDocumentationTest {

    private static final Pattern EXAMPLE = Pattern.compile("```json\\n(\\{\"format\".*?)```", Pattern.DOTALL);
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private final String page = page();

    @Test
    void examplesAreOffsetsOfEveryState() {
        List<String> states = new ArrayList<>();
        EXAMPLE.matcher(page).results().map(OffsetDocumentationTest::map).forEach(example -> {
            OffsetCodec.decode(example);
            states.add((String) example.get(OffsetCodec.STATE));
        });

        assertThat(states).containsExactly("copying", "copied", "streaming", "following");
    }

    @Test
    void everyEntryIsDescribed() {
        assertThat(Arrays.stream(OffsetCodec.class.getFields())
                        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                        .map(OffsetDocumentationTest::text))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(page).containsAnyOf("`" + entry + "`", "`\"" + entry + "\""));
    }

    private static String text(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> map(MatchResult example) {
        try {
            return new ObjectMapper().readValue(example.group(1), MAP);
        } catch (IOException e) {
            throw new IllegalStateException("Not an example of an offset: " + example.group(1), e);
        }
    }

    private static String page() {
        try {
            return Files.readString(Path.of(System.getProperty("tablecast.root"), "docs", "offsets.md"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
