package io.meshbridge.rules.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.meshbridge.rules.reference.Block;
import org.jspecify.annotations.Nullable;

/**
 * What {@code data} filters ask of the values at one path: that at least one of them
 * fits. Numbers compare by value ({@code 1.0} is {@code 1}), text with regard to case; a
 * text is never a number, nor a number a text. Immutable.
 */
public final class DataCondition {

	private final String text;

	private final Predicate<Object> fits;

	private final Predicate<List<Object>> holds;

	// These say what is known of the values that fit. Written before anybody else sees
	// the condition.

	/** All that fits; {@code null} when that can't be listed. */
	private @Nullable List<Object> values;

	/** The numbers that fit, when nothing else does. */
	private @Nullable DataRange numbers;

	private boolean textOnly;

	private boolean needsValue = true;

	/** What must hold of one value together. */
	private List<DataCondition> parts = List.of(this);

	private DataCondition(String text, Predicate<Object> fits, Predicate<List<Object>> holds) {
		this.text = text;
		this.fits = fits;
		this.holds = holds;
	}

	private DataCondition(String text, Predicate<Object> fits) {
		this(text, fits, (values) -> {
			for (Object value : values) {
				if (fits.test(value)) {
					return true;
				}
			}
			return false;
		});
	}

	/**
	 * The value is one of these: String, Boolean, Number, or {@code null} for the JSON
	 * value of that name.
	 */
	public static DataCondition equalTo(Collection<? extends @Nullable Object> wanted) {
		Set<Object> others = new HashSet<>();
		List<BigDecimal> numbers = new ArrayList<>();
		for (Object value : wanted) {
			if (value instanceof Number number) {
				numbers.add(new BigDecimal(number.toString()));
			}
			else {
				others.add((value == null) ? EventData.Kind.NULL : value);
			}
		}
		String text = wanted.stream().map(DataCondition::yaml).collect(Collectors.joining(", "));
		DataCondition condition = new DataCondition((wanted.size() == 1) ? text : "[" + text + "]", (value) -> {
			if (!(value instanceof BigDecimal number)) {
				return others.contains(value);
			}
			for (BigDecimal one : numbers) {
				if (one.compareTo(number) == 0) {
					return true;
				}
			}
			return false;
		});
		condition.values = Stream.concat(others.stream(), numbers.stream()).toList();
		return condition;
	}

	/**
	 * The value is a text that starts like one of these.
	 */
	public static DataCondition prefix(List<String> wanted) {
		return text("prefix", wanted, wanted, String::startsWith);
	}

	/**
	 * The value is a text that ends like one of these.
	 */
	public static DataCondition suffix(List<String> wanted) {
		return text("suffix", wanted, wanted, String::endsWith);
	}

	/**
	 * The value is one of these texts, or differs from it in letter case only.
	 */
	public static DataCondition ignoreCase(List<String> wanted) {
		return text("ignore-case", wanted, wanted, String::equalsIgnoreCase);
	}

	/**
	 * The value is a text that fits one of these patterns, in which {@code *} stands for
	 * any text.
	 * @throws ExpressionException when a pattern is too long
	 */
	public static DataCondition wildcard(List<String> patterns) throws ExpressionException {
		List<Wildcard> wildcards = new ArrayList<>();
		for (String pattern : patterns) {
			wildcards.add(Wildcard.star(pattern));
		}
		return text("wildcard", patterns, wildcards, (value, wildcard) -> wildcard.matches(value));
	}

	/**
	 * The value is a text that is an IP address in one of these ranges.
	 * @throws ExpressionException when one is no range
	 */
	public static DataCondition cidr(List<String> ranges) throws ExpressionException {
		List<CidrBlock> blocks = new ArrayList<>();
		for (String range : ranges) {
			blocks.add(CidrBlock.parse(range));
		}
		return text("cidr", ranges, blocks, (value, block) -> block.contains(value));
	}

	private static <T> DataCondition text(String operator, List<String> wanted, List<T> compiled,
			BiPredicate<String, T> fits) {
		String list = wanted.stream().map(YamlText::of).collect(Collectors.joining(", "));
		DataCondition condition = new DataCondition(
				"{" + operator + ": " + ((wanted.size() == 1) ? list : "[" + list + "]") + "}", (value) -> {
					if (value instanceof String text) {
						for (T one : compiled) {
							if (fits.test(text, one)) {
								return true;
							}
						}
					}
					return false;
				});
		condition.textOnly = true;
		return condition;
	}

	/**
	 * The value is a number for which all of the comparisons hold.
	 * @param limits by comparison, one of {@link Block#COMPARISON}
	 */
	public static DataCondition numeric(Map<String, BigDecimal> limits) {
		List<Predicate<BigDecimal>> comparisons = new ArrayList<>();
		limits.forEach((comparison, limit) -> comparisons.add(comparison(comparison, limit)));
		DataCondition condition = new DataCondition(
				limits.entrySet()
					.stream()
					.map((limit) -> YamlText.of(limit.getKey()) + ": " + limit.getValue())
					.collect(Collectors.joining(", ", "{numeric: {", "}}")),
				(value) -> value instanceof BigDecimal number
						&& comparisons.stream().allMatch((comparison) -> comparison.test(number)));
		condition.numbers = DataRange.of(limits);
		return condition;
	}

	private static Predicate<BigDecimal> comparison(String comparison, BigDecimal limit) {
		return switch (comparison) {
			case "=" -> (number) -> number.compareTo(limit) == 0;
			case ">" -> (number) -> number.compareTo(limit) > 0;
			case ">=" -> (number) -> number.compareTo(limit) >= 0;
			case "<" -> (number) -> number.compareTo(limit) < 0;
			case "<=" -> (number) -> number.compareTo(limit) <= 0;
			default ->
				throw new IllegalArgumentException("'" + comparison + "' is none of " + Block.COMPARISON.names());
		};
	}

	/**
	 * There is a value, whatever it is, or there is none.
	 */
	public static DataCondition exists(boolean wanted) {
		if (wanted) {
			return new DataCondition("{exists: true}", (value) -> true);
		}
		DataCondition condition = new DataCondition("{exists: false}", (value) -> false, List::isEmpty);
		condition.needsValue = false;
		return condition;
	}

	/**
	 * There is a value, and it does not fit the condition.
	 */
	public static DataCondition anythingBut(DataCondition condition) {
		return new DataCondition("{anything-but: " + condition + "}", condition.fits.negate());
	}

	/**
	 * One value fits all of the conditions, each of which is an operator with its
	 * operand.
	 */
	public static DataCondition all(List<DataCondition> conditions) {
		if (conditions.size() == 1) {
			return conditions.get(0);
		}
		DataCondition condition = new DataCondition(
				conditions.stream()
					.map((part) -> part.text.substring(1, part.text.length() - 1))
					.collect(Collectors.joining(", ", "{", "}")),
				(value) -> conditions.stream().allMatch((part) -> part.fits.test(value)));
		condition.parts = List.copyOf(conditions);
		return condition;
	}

	/**
	 * At least one of the conditions holds.
	 */
	public static DataCondition any(List<DataCondition> conditions) {
		if (conditions.size() == 1) {
			return conditions.get(0);
		}
		DataCondition condition = new DataCondition(
				conditions.stream().map(DataCondition::toString).collect(Collectors.joining(", ", "[", "]")),
				(value) -> conditions.stream().anyMatch((one) -> one.fits.test(value)),
				(values) -> conditions.stream().anyMatch((one) -> one.holds(values)));
		condition.needsValue = conditions.stream().allMatch((one) -> one.needsValue);
		return condition;
	}

	/**
	 * Whether no value fits.
	 */
	boolean impossible() {
		return this.parts.stream()
			.anyMatch((part) -> (part.numbers != null && part.numbers.isEmpty())
					|| this.parts.stream().anyMatch((other) -> other != part && part.allDiffer(other)));
	}

	/**
	 * Whether this and another condition never hold together.
	 * @param single whether there is one value at most to look at
	 */
	boolean excludes(DataCondition other, boolean single) {
		if (!this.needsValue || !other.needsValue) {
			return this.isAbsence() ? other.needsValue : other.isAbsence() && this.needsValue;
		}
		return single && this.parts.stream()
			.anyMatch((part) -> other.parts.stream().anyMatch((others) -> part.allDiffer(others)));
	}

	private boolean isAbsence() {
		return this.text.equals("{exists: false}");
	}

	/**
	 * Whether what fits this does not fit another one.
	 */
	private boolean allDiffer(DataCondition other) {
		if (this.values != null) {
			return this.values.stream().noneMatch(other.fits);
		}
		if (other.values != null) {
			return other.values.stream().noneMatch(this.fits);
		}
		if (this.numbers != null) {
			return other.textOnly || (other.numbers != null && this.numbers.and(other.numbers).isEmpty());
		}
		return this.textOnly && other.numbers != null;
	}

	/**
	 * Whether another condition holds wherever this one does.
	 */
	boolean implies(DataCondition other) {
		return this.parts.stream().anyMatch((part) -> other.parts.stream().allMatch(part::allFit));
	}

	private boolean allFit(DataCondition other) {
		if (this.text.equals(other.text) || (this.needsValue && other.text.equals("{exists: true}"))) {
			return true;
		}
		if (this.values != null) {
			return this.values.stream().allMatch(other.fits);
		}
		return this.numbers != null && other.numbers != null && this.numbers.isWithin(other.numbers);
	}

	boolean holds(List<Object> values) {
		return this.holds.test(values);
	}

	/**
	 * A value as a user would write it in a rule.
	 */
	private static String yaml(@Nullable Object value) {
		return (value instanceof String text) ? YamlText.of(text) : String.valueOf(value);
	}

	/**
	 * The condition as a user would write it.
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
