package io.meshbridge.bridge.kafka;

import io.meshbridge.bridge.SendException;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;

class SendFailuresTests {

	private static final ProducerRecord<byte[], byte[]> RECORD = new ProducerRecord<>("orders", new byte[] { 'k' },
			new byte[2000]);

	static Stream<Object[]> permanent() {
		return Stream.of(new Object[] { new RecordTooLargeException("big"), "MESSAGE_TOO_LARGE" },
				new Object[] { new InvalidTopicException("a b"), "INVALID_TOPIC_EXCEPTION" },
				new Object[] { new TopicAuthorizationException("orders"), "TOPIC_AUTHORIZATION_FAILED" },
				new Object[] { new ClusterAuthorizationException("no"), "CLUSTER_AUTHORIZATION_FAILED" },
				new Object[] { new UnknownTopicOrPartitionException("no"), "UNKNOWN_TOPIC_OR_PARTITION" },
				new Object[] { new SerializationException("no"), "SERIALIZATION" },
				new Object[] { new InvalidRecordException("no"), "INVALID_RECORD" },
				new Object[] { new PolicyViolationException("no"), "POLICY_VIOLATION" },
				new Object[] { new UnsupportedForMessageFormatException("no"), "UNSUPPORTED_FOR_MESSAGE_FORMAT" },
				new Object[] { new TimeoutException("Topic orders not present in metadata after 1000 ms.",
						new UnknownTopicOrPartitionException("no")), "UNKNOWN_TOPIC_OR_PARTITION" });
	}

	@ParameterizedTest
	@MethodSource("permanent")
	void givesUpWhereTheRecordOrTheTopicIsAtFault(Exception failure, String code) {
		SendException found = of(failure);
		assertThat(found.permanent()).isTrue();
		assertThat(found.code()).isEqualTo(code);
		assertThat(found.getMessage()).startsWith("orders: ");
	}

	static Stream<Object[]> passing() {
		return Stream.of(new Object[] { new TimeoutException("Expiring 1 record(s)"), "REQUEST_TIMED_OUT" },
				new Object[] { new NetworkException("gone"), "NETWORK_EXCEPTION" },
				new Object[] { new NotLeaderOrFollowerException("moved"), "NOT_LEADER_OR_FOLLOWER" },
				new Object[] { new NotEnoughReplicasException("one"), "NOT_ENOUGH_REPLICAS" },
				new Object[] { new CorruptRecordException("crc"), "CORRUPT_MESSAGE" },
				new Object[] { new BufferExhaustedException("full"), "REQUEST_TIMED_OUT" },
				new Object[] { new SaslAuthenticationException("who"), "SASL_AUTHENTICATION_FAILED" },
				new Object[] { new UnknownServerException("?"), "UNKNOWN_SERVER" },
				new Object[] { new KafkaException("Producer is closed forcefully."), "ABORTED" },
				new Object[] { new IllegalStateException("Cannot perform operation after producer has been closed"),
						"NOT_SENT" });
	}

	@ParameterizedTest
	@MethodSource("passing")
	void triesAgainOtherwise(Exception failure, String code) {
		SendException found = of(failure);
		assertThat(found.permanent()).isFalse();
		assertThat(found.code()).isEqualTo(code);
		assertThat(found.getMessage()).startsWith("orders: ");
	}

	@Test
	void takesAnInterruptedSendForAFailure() {
		// Making one interrupts the thread.
		SendException found = of(new InterruptException("stop"));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(found.permanent()).isFalse();
		assertThat(found.code()).isEqualTo("INTERRUPTED");
	}

	@Test
	void namesTheLimitOfTheProducer() {
		String message = of(new RecordTooLargeException(
				"The message is 2088 bytes when serialized which is larger than 1024, which is the value of the max.request.size configuration."))
			.getMessage();
		assertThat(message)
			.isEqualTo("orders: record of 2,001 bytes exceeds the limit of 1,024 bytes (producer property"
					+ " max.request.size)");
	}

	@Test
	void waitsForMetadataAndBufferOnly() {
		assertThat(SendFailures.notNow(wrapped(new TimeoutException("Topic orders not present in metadata")))).isTrue();
		assertThat(SendFailures.notNow(wrapped(new BufferExhaustedException("full")))).isTrue();
		assertThat(SendFailures.notNow(wrapped(new NetworkException("gone")))).isFalse();
		assertThat(SendFailures.notNow(new IllegalStateException("closed"))).isFalse();
	}

	private static SendException of(Exception failure) {
		return SendFailures.of(RECORD, wrapped(failure), 1024);
	}

	private static Exception wrapped(Exception failure) {
		return new MessageHandlingException(new GenericMessage<>("x"),
				new org.springframework.kafka.KafkaException("Send failed", failure));
	}

}
