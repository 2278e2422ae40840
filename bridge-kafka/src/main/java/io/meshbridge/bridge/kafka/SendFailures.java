package io.meshbridge.bridge.kafka;

import java.util.List;
import java.util.Locale;

import io.meshbridge.bridge.SendException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Says what a failed send means: whether another attempt can help, under which code, and
 * in which words.
 */
final class SendFailures {

	/** The event or the topic is at fault, and will be next time. */
	private static final List<Class<? extends KafkaException>> PERMANENT = List.of(RecordTooLargeException.class,
			RecordBatchTooLargeException.class, InvalidTopicException.class, AuthorizationException.class,
			UnknownTopicOrPartitionException.class, SerializationException.class, InvalidRecordException.class,
			InvalidTimestampException.class, PolicyViolationException.class,
			UnsupportedForMessageFormatException.class);

	private SendFailures() {
	}

	static SendException of(ProducerRecord<byte[], byte[]> record, Throwable failure, long maxRequestBytes) {
		KafkaException cause = kafkaCause(failure);
		if (cause == null) {
			return SendException.transientFailure("NOT_SENT", record.topic() + ": " + failure, failure);
		}
		if (cause instanceof InterruptException) {
			return SendException.transientFailure("INTERRUPTED", record.topic() + ": interrupted while sending", cause);
		}
		if (cause instanceof RecordTooLargeException) {
			return SendException.permanent(code(cause), tooLarge(record, cause, maxRequestBytes), cause);
		}
		String message = record.topic() + ": " + cause.getMessage();
		return permanent(cause) ? SendException.permanent(code(cause), message, cause)
				: SendException.transientFailure(code(cause), message, cause);
	}

	private static String tooLarge(ProducerRecord<byte[], byte[]> record, KafkaException cause, long maxRequestBytes) {
		long size = RecordWriter.sizeBytes(record);
		// The producer refuses on its own limit; the broker does not say what its limit
		// is.
		boolean byProducer = cause.getMessage() != null && cause.getMessage().contains("max.request.size");
		return String.format(Locale.ROOT, byProducer
				? "%s: record of %,d bytes exceeds the limit of %,d bytes (producer property max.request.size)"
				: "%s: record of %,d bytes exceeds the limit that the broker sets (topic property max.message.bytes,"
						+ " 1,048,588 bytes by default; the producer would send %,d bytes)",
				record.topic(), size, maxRequestBytes);
	}

	/**
	 * Whether the producer only lacks something for a moment, and sent nothing: the
	 * topic's metadata, or room in its buffer.
	 */
	static boolean notNow(Throwable failure) {
		return kafkaCause(failure) instanceof TimeoutException;
	}

	/**
	 * Whether the producer has failed a record that is to be sent again, and would go on
	 * with those behind it. When it has been closed it says so with a plain exception.
	 */
	static boolean leavesAGap(Throwable failure) {
		KafkaException cause = kafkaCause(failure);
		return cause instanceof ApiException && !permanent(cause);
	}

	private static boolean permanent(KafkaException cause) {
		return PERMANENT.stream().anyMatch((type) -> type.isInstance(cause));
	}

	private static @Nullable KafkaException kafkaCause(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof TimeoutException && cause.getCause() instanceof ApiException known) {
				// No metadata in time, though the cluster answered: this is its answer.
				return known;
			}
			if (cause instanceof KafkaException known && (known instanceof ApiException
					|| known instanceof InterruptException || known.getCause() == null)) {
				return known;
			}
		}
		return null;
	}

	private static String code(KafkaException cause) {
		Errors error = Errors.forException(cause);
		if (error != Errors.UNKNOWN_SERVER_ERROR) {
			return error.name();
		}
		if (cause.getClass().equals(KafkaException.class)) {
			// The producer was closed while the record was under way.
			return "ABORTED";
		}
		String name = cause.getClass().getSimpleName().replaceAll("Exception$", "");
		return name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
	}

}
