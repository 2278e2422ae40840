package io.meshbridge.rules.filter;

import java.math.BigDecimal;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The numbers between two limits.
 *
 * @param low {@code null} for none
 * @param lowOpen whether the limit itself is outside
 * @param high {@code null} for none
 * @param highOpen whether the limit itself is outside
 */
record DataRange(@Nullable BigDecimal low, boolean lowOpen, @Nullable BigDecimal high, boolean highOpen) {

	private static final DataRange ALL = new DataRange(null, false, null, false);

	/**
	 * The numbers for which all comparisons hold.
	 */
	static DataRange of(Map<String, BigDecimal> limits) {
		DataRange range = ALL;
		for (Map.Entry<String, BigDecimal> limit : limits.entrySet()) {
			BigDecimal number = limit.getValue();
			range = range.and(switch (limit.getKey()) {
				case "=" -> new DataRange(number, false, number, false);
				case ">", ">=" -> new DataRange(number, limit.getKey().equals(">"), null, false);
				default -> new DataRange(null, false, number, limit.getKey().equals("<"));
			});
		}
		return range;
	}

	DataRange and(DataRange other) {
		DataRange lower = (other.low == null || (this.low != null && this.above(other))) ? this : other;
		DataRange upper = (other.high == null || (this.high != null && this.below(other))) ? this : other;
		return new DataRange(lower.low, lower.lowOpen, upper.high, upper.highOpen);
	}

	private boolean above(DataRange other) {
		int order = compare(this.low, other.low);
		return order > 0 || (order == 0 && this.lowOpen);
	}

	private boolean below(DataRange other) {
		int order = compare(this.high, other.high);
		return order < 0 || (order == 0 && this.highOpen);
	}

	private static int compare(@Nullable BigDecimal one, @Nullable BigDecimal other) {
		return (one == null || other == null) ? 0 : one.compareTo(other);
	}

	/**
	 * Whether there is no such number.
	 */
	boolean isEmpty() {
		if (this.low == null || this.high == null) {
			return false;
		}
		int order = this.low.compareTo(this.high);
		return order > 0 || (order == 0 && (this.lowOpen || this.highOpen));
	}

	/**
	 * Whether all of these numbers are in the other range.
	 */
	boolean isWithin(DataRange other) {
		return and(other).sameAs(this);
	}

	private boolean sameAs(DataRange other) {
		return (this.low == null) == (other.low == null) && (this.high == null) == (other.high == null)
				&& compare(this.low, other.low) == 0 && compare(this.high, other.high) == 0
				&& this.lowOpen == other.lowOpen && this.highOpen == other.highOpen;
	}

}
