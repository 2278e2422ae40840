package io.meshbridge.bench.growth;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class CurveTests {

	@Test
	void costThatGrowsLessThanTheStepIsLinearOrBetter() {
		assertThat(Curve.ROUTES.worseThanLinear(point(10, 20), point(100, 25))).isFalse();
		assertThat(Curve.TARGETS.worseThanLinear(point(10, 20), point(100, 200))).isFalse();
	}

	@Test
	void costThatGrowsFasterThanTheStepIsWorse() {
		assertThat(Curve.SIZE.worseThanLinear(point(16, 20), point(256, 20 * 16 * 1.3))).isTrue();
		assertThat(Curve.ROUTES.worseThanLinear(point(1, 10), point(10, 1000))).isTrue();
	}

	@Test
	void aQuarterAboveIsNoise() {
		assertThat(Curve.TARGETS.worseThanLinear(point(1, 20), point(10, 249))).isFalse();
		assertThat(Curve.TARGETS.worseThanLinear(point(1, 20), point(10, 251))).isTrue();
	}

	@Test
	void allEventsOfABacklogCountTogether() {
		assertThat(Curve.BACKLOG.worseThanLinear(point(100_000, 10), point(1_000_000, 12))).isFalse();
		assertThat(Curve.BACKLOG.worseThanLinear(point(100_000, 10), point(1_000_000, 13))).isTrue();
		assertThat(Curve.BACKLOG.power(point(100_000, 10), point(1_000_000, 10))).isCloseTo(1, within(0.001));
	}

	@Test
	void powerSaysHowTheCostGrows() {
		assertThat(Curve.ROUTES.power(point(10, 20), point(100, 20))).isCloseTo(0, within(0.001));
		assertThat(Curve.ROUTES.power(point(10, 20), point(100, 200))).isCloseTo(1, within(0.001));
		assertThat(Curve.ROUTES.power(point(10, 20), point(100, 2000))).isCloseTo(2, within(0.001));
	}

	private static Point point(int step, double cpuMicros) {
		return new Point(step, 1000, cpuMicros, 0, 0, 0, null);
	}

}
