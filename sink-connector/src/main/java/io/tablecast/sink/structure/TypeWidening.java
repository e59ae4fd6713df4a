// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which built-in types hold every value of another one, exactly and in the same form. */
final class TypeWidening {

    private static final Pattern TYPE =
            Pattern.compile("([a-z ]+?)(?:\\((\\d+)(?:,(\\d+))?\\))?( with(?:out)? time zone)?");
    private static final Map<String, Integer> WHOLE_DIGITS = Map.of("smallint", 5, "integer", 10, "bigint", 19);
    private static final List<String> TEXTS = List.of("character", "character varying", "text");

    private TypeWidening() {}

    /** Whether a column of the first type can become one of the second without losing or changing anything. */
    static boolean isWider(String from, String to) {
        Optional<Type> narrow = Type.of(from);
        Optional<Type> wide = Type.of(to);
        return narrow.isPresent() && wide.isPresent() && !from.equals(to) && isWider(narrow.get(), wide.get());
    }

    private static boolean isWider(Type from, Type to) {
        if (WHOLE_DIGITS.containsKey(from.name())) {
            return isWiderThanInteger(WHOLE_DIGITS.get(from.name()), to);
        }
        if (from.name().equals("real")) {
            return to.name().equals("double precision");
        }
        if (from.name().equals("numeric")) {
            return to.name().equals("numeric") && isWiderNumeric(from, to);
        }
        if (TEXTS.contains(from.name())) {
            // A character(n) is padded: only another one keeps its values as they are.
            boolean isSameKind = from.name().equals("character") == to.name().equals("character");
            return TEXTS.contains(to.name()) && isSameKind && isLonger(from, to);
        }
        return from.name().equals(to.name()) && isLonger(from, to);
    }

    private static boolean isWiderThanInteger(int digits, Type to) {
        if (to.name().equals("numeric")) {
            return to.isUnlimited() || to.first() - to.second() >= digits;
        }
        return WHOLE_DIGITS.getOrDefault(to.name(), 0) > digits;
    }

    private static boolean isWiderNumeric(Type from, Type to) {
        if (to.isUnlimited()) {
            return true;
        }
        return !from.isUnlimited()
                && to.second() >= from.second()
                && to.first() - to.second() >= from.first() - from.second();
    }

    private static boolean isLonger(Type from, Type to) {
        if (from.name().equals("bit") || from.isUnlimited()) {
            return false;
        }
        return to.isUnlimited() || to.first() >= from.first();
    }

    /**
     * A type's parts.
     *
     * @param first length, precision or fraction digits; -1 for none
     */
    private record Type(String name, int first, int second) {

        static Optional<Type> of(String text) {
            Matcher matcher = TYPE.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            String zone = matcher.group(4) == null ? "" : matcher.group(4);
            return Optional.of(
                    new Type(matcher.group(1) + zone, number(matcher.group(2), -1), number(matcher.group(3), 0)));
        }

        boolean isUnlimited() {
            return first < 0;
        }

        private static int number(String digits, int otherwise) {
            return digits == null ? otherwise : Integer.parseInt(digits);
        }
    }
}
