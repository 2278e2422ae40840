package io.meshbridge.bridge.rabbit;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.meshbridge.bridge.SendException;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the broker; completes when the broker holds it.
 */
final class Publication extends CompletableFuture<Void> {

	private final String routingKey;

	private final BasicProperties properties;

	private final byte[] body;

	private final long deadlineNanos;

	private final @Nullable Object identity;

	/** Set and read by the thread that reads the connection. */
	private @Nullable SendException returned;

	Publication(String routingKey, BasicProperties properties, byte[] body, @Nullable Object identity,
			long deadlineNanos) {
		this.routingKey = routingKey;
		this.properties = properties;
		this.body = body;
		this.identity = identity;
		this.deadlineNanos = deadlineNanos;
	}

	String routingKey() {
		return this.routingKey;
	}

	BasicProperties properties() {
		return this.properties;
	}

	byte[] body() {
		return this.body;
	}

	boolean overdue(long nowNanos) {
		return nowNanos - this.deadlineNanos >= 0;
	}

	/**
	 * Whether the broker may mean this one when it returns a message: a return has no
	 * sequence number. Two that are equal in body and id go the same way, so it does not
	 * matter which of them is taken.
	 */
	boolean mayBe(String routingKey, BasicProperties properties, byte[] body, String identityHeader) {
		if (this.returned != null || !this.routingKey.equals(routingKey)) {
			return false;
		}
		Map<String, Object> headers = properties.getHeaders();
		Object id = (headers != null) ? headers.get(identityHeader) : null;
		return Objects.equals(this.identity, (id != null) ? id.toString() : null) && Arrays.equals(this.body, body);
	}

	void returned(SendException reason) {
		this.returned = reason;
	}

	/**
	 * The broker has dealt with it: it holds it, or has returned it before.
	 */
	void confirmed() {
		SendException reason = this.returned;
		if (reason != null) {
			completeExceptionally(reason);
		}
		else {
			complete(null);
		}
	}

}
