package io.meshbridge.bridge.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the Kafka bridge. Brokers and clients are set up by {@code spring.kafka.*}
 * and {@code spring.cloud.stream.kafka.*}.
 *
 * @param maxUncommitted how many events of one partition may be settled behind one that
 * is not; then the partition is not read on until that one is settled. Bounds what is
 * delivered twice after a crash; default 50,000, at least 1
 */
@ConfigurationProperties("meshbridge.kafka")
public record KafkaBridgeProperties(@DefaultValue("50000") int maxUncommitted) {

	public KafkaBridgeProperties {
		if (maxUncommitted < 1) {
			throw new IllegalArgumentException(
					"meshbridge.kafka.max-uncommitted is " + maxUncommitted + ", expected at least 1");
		}
	}

}
