package io.meshbridge.bench.growth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A plot with logarithmic axes, and the value written at each of its points. Becomes SVG
 * with a background of its own, which follows the reader's light or dark mode.
 */
final class LinePlot {

	private static final int WIDTH = 460;

	private static final int HEIGHT = 300;

	private static final int LEFT = 64;

	private static final int RIGHT = 24;

	private static final int TOP = 40;

	private static final int BOTTOM = 52;

	private static final String STYLE = """
			<style>
			svg { font: 12px sans-serif; }
			.paper { fill: #ffffff; }
			text { fill: #24292f; }
			.title { font-weight: bold; font-size: 14px; }
			.grid { stroke: #d0d7de; }
			.line { fill: none; stroke-width: 2; }
			.gateway { stroke: #0969da; } .gateway-text, .gateway-dot { fill: #0969da; }
			.raw { stroke: #8c6a00; } .raw-text, .raw-dot { fill: #8c6a00; }
			.linear { stroke: #6e7781; stroke-dasharray: 5 4; fill: none; } .linear-text { fill: #6e7781; }
			@media (prefers-color-scheme: dark) {
			.paper { fill: #0d1117; }
			text { fill: #e6edf3; }
			.grid { stroke: #30363d; }
			.gateway { stroke: #58a6ff; } .gateway-text, .gateway-dot { fill: #58a6ff; }
			.raw { stroke: #d29922; } .raw-text, .raw-dot { fill: #d29922; }
			.linear { stroke: #8b949e; } .linear-text { fill: #8b949e; }
			}
			</style>
			""";

	private final String xTitle;

	private final String yTitle;

	private final Map<String, List<Place>> lines = new LinkedHashMap<>();

	private boolean linear;

	/**
	 * A point of a line.
	 *
	 * @param x where it is
	 * @param text how that is written
	 * @param y above zero
	 */
	record Place(double x, String text, double y) {
	}

	LinePlot(String xTitle, String yTitle) {
		this.xTitle = xTitle;
		this.yTitle = yTitle;
	}

	/**
	 * Adds a line.
	 * @param name {@code gateway} or {@code raw}
	 */
	void line(String name, List<Place> places) {
		this.lines.put(name, List.copyOf(places));
	}

	/**
	 * Adds what is proportional to x from the first point of the last line on.
	 */
	void linear() {
		this.linear = true;
	}

	/**
	 * Plots beside each other.
	 */
	static String svg(String title, LinePlot... plots) {
		StringBuilder svg = new StringBuilder();
		int width = WIDTH * plots.length;
		svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ")
			.append(width + " " + HEIGHT + "\" width=\"" + width + "\" height=\"" + HEIGHT + "\">\n")
			.append("<title>" + escape(title) + "</title>\n")
			.append(STYLE)
			.append("<rect class=\"paper\" width=\"" + width + "\" height=\"" + HEIGHT + "\" rx=\"6\"/>\n");
		for (int i = 0; i < plots.length; i++) {
			svg.append("<g transform=\"translate(" + i * WIDTH + " 0)\">\n");
			plots[i].draw(svg);
			svg.append("</g>\n");
		}
		return svg.append("</svg>\n").toString();
	}

	private void draw(StringBuilder svg) {
		List<Place> all = this.lines.values().stream().flatMap(List::stream).toList();
		Axis x = Axis.along(all.stream().mapToDouble(Place::x).toArray(), LEFT, WIDTH - RIGHT - 20);
		Axis y = Axis.over(all.stream().mapToDouble(Place::y).toArray(), HEIGHT - BOTTOM, TOP);
		text(svg, "title", LEFT, 22, "start", this.yTitle);
		text(svg, "", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", this.xTitle);
		for (double tick : y.ticks()) {
			double at = y.at(tick);
			svg.append("<path class=\"grid\" d=\"M%d %s H%d\"/>%n".formatted(LEFT, number(at), WIDTH - RIGHT));
			text(svg, "", LEFT - 6, at + 4, "end", value(tick));
		}
		Map<Double, String> steps = new LinkedHashMap<>();
		all.forEach((place) -> steps.put(place.x(), place.text()));
		steps.forEach((step, label) -> text(svg, "", x.at(step), HEIGHT - BOTTOM + 18, "middle", label));
		if (this.linear) {
			drawLinear(svg, x, y);
		}
		int legend = WIDTH - RIGHT;
		for (Map.Entry<String, List<Place>> line : this.lines.entrySet()) {
			drawLine(svg, x, y, line.getKey(), line.getValue(), upper(line.getValue()));
			text(svg, line.getKey() + "-text", legend, 22, "end", line.getKey());
			legend -= 64;
		}
	}

	/**
	 * Whether it ends above the others: its values are written above it then, else below.
	 */
	private boolean upper(List<Place> line) {
		return this.lines.values()
			.stream()
			.allMatch((other) -> other.get(other.size() - 1).y() <= line.get(line.size() - 1).y());
	}

	private void drawLine(StringBuilder svg, Axis x, Axis y, String name, List<Place> places, boolean upper) {
		StringBuilder path = new StringBuilder();
		for (Place place : places) {
			path.append(path.isEmpty() ? "M" : " L").append(number(x.at(place.x())) + " " + number(y.at(place.y())));
		}
		svg.append("<path class=\"line " + name + "\" d=\"" + path + "\"/>\n");
		double shift = upper ? -9 : 18;
		for (Place place : places) {
			svg.append("<circle class=\"%s-dot\" cx=\"%s\" cy=\"%s\" r=\"3.5\"/>%n".formatted(name,
					number(x.at(place.x())), number(y.at(place.y()))));
			text(svg, name + "-text", x.at(place.x()), y.at(place.y()) + shift, "middle", value(place.y()));
		}
	}

	private void drawLinear(StringBuilder svg, Axis x, Axis y) {
		List<Place> last = List.of();
		for (List<Place> line : this.lines.values()) {
			last = line;
		}
		Place first = last.get(0);
		double slope = first.y() / first.x();
		// To the top of the plot or its right side, whatever comes first.
		double end = Math.min(last.get(last.size() - 1).x(), y.high() / slope);
		svg.append("<path class=\"linear\" d=\"M%s %s L%s %s\"/>%n".formatted(number(x.at(first.x())),
				number(y.at(first.y())), number(x.at(end)), number(y.at(slope * end))));
		text(svg, "linear-text", x.at(end) + 4, y.at(slope * end) + 12, "start", "linear");
	}

	private static void text(StringBuilder svg, String style, double x, double y, String anchor, String text) {
		svg.append("<text%s x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n"
			.formatted(style.isEmpty() ? "" : " class=\"" + style + "\"", number(x), number(y), anchor, escape(text)));
	}

	private static String escape(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, "%.1f", value);
	}

	private static String value(double value) {
		return String.format(Locale.ROOT, (value < 10) ? "%.2g" : "%,.0f", value);
	}

	/**
	 * A logarithmic axis.
	 *
	 * @param low value at its beginning
	 * @param high value at its end
	 * @param from where it begins
	 * @param to where it ends
	 */
	private record Axis(double low, double high, double from, double to) {

		/** From the least value to the greatest. */
		static Axis along(double[] values, double from, double to) {
			double[] range = range(values);
			return new Axis(range[0], range[1], from + 20, to);
		}

		/** With room on both sides, and never less than a factor of ten. */
		static Axis over(double[] values, double from, double to) {
			double[] range = range(values);
			double low = range[0] / 1.6;
			return new Axis(low, Math.max(range[1] * 1.4, low * 10), from, to);
		}

		private static double[] range(double[] values) {
			double low = Double.MAX_VALUE;
			double high = 0;
			for (double value : values) {
				low = Math.min(low, value);
				high = Math.max(high, value);
			}
			return new double[] { low, high };
		}

		double at(double value) {
			return (this.high <= this.low) ? this.from
					: this.from + (this.to - this.from) * Math.log(value / this.low) / Math.log(this.high / this.low);
		}

		/**
		 * 1, 2 and 5 of each power of ten; the powers alone where these are many.
		 */
		List<Double> ticks() {
			List<Double> ticks = new ArrayList<>();
			boolean few = this.high / this.low < 200;
			for (int power = (int) Math.floor(Math.log10(this.low)); power <= Math.log10(this.high); power++) {
				for (int digit : few ? new int[] { 1, 2, 5 } : new int[] { 1 }) {
					double tick = digit * Math.pow(10, power);
					if (tick >= this.low && tick <= this.high) {
						ticks.add(tick);
					}
				}
			}
			return ticks;
		}

	}

}
