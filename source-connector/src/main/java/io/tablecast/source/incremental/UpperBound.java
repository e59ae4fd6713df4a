// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import java.math.BigInteger;

/**
 * Up to where all rows are there for good: no transaction can bring another one any more.
 *
 * @param value of the control column; empty when not even one row is known to be there for good
 */
public record UpperBound(Reach reach, String value) {

    public UpperBound {
        requireNonNull(reach, "reach is null");
        requireNonNull(value, "value is null");
    }

    public static UpperBound nothing() {
        return new UpperBound(Reach.NOTHING, "");
    }

    /** All rows below a value. */
    public static UpperBound below(String value) {
        return new UpperBound(Reach.BELOW, value);
    }

    /** All rows up to a value and with it. */
    public static UpperBound upTo(String value) {
        return new UpperBound(Reach.UP_TO, value);
    }

    /** The condition that a row's control column meets when it is within the bound. */
    String condition(ControlColumn control) {
        return switch (reach) {
            case NOTHING -> "false";
            case BELOW -> control.quoted() + " < " + control.literal(value);
            case UP_TO -> control.quoted() + " <= " + control.literal(value);
        };
    }

    /** Where reading goes on when all rows within the bound are sent. */
    public ControlPosition end() {
        return switch (reach) {
            case NOTHING -> ControlPosition.beginning();
            case BELOW -> ControlPosition.from(value);
            case UP_TO -> ControlPosition.after(value);
        };
    }

    /** The smallest value that is not within the bound; only where there is one. */
    String exclusive() {
        return reach == Reach.UP_TO ? new BigInteger(value).add(BigInteger.ONE).toString() : value;
    }

    /** Whether a position lies beyond what the bound lets be read. */
    boolean isBefore(ControlPosition position, ControlType type) {
        if (position.kind() == ControlPosition.Kind.BEGINNING || !type.reads(position.control())) {
            return false;
        }
        return switch (reach) {
            case NOTHING -> true;
            case BELOW, UP_TO -> type.compare(value, position.control()) < 0;
        };
    }

    /** How a bound's value is meant. */
    public enum Reach {
        NOTHING,
        BELOW,
        UP_TO
    }
}
