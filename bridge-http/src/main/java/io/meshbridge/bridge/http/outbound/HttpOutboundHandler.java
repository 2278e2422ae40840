package io.meshbridge.bridge.http.outbound;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.meshbridge.bridge.http.mapping.HttpEventReader;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import reactor.netty.http.client.HttpClient;

import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.MessageHeaders;

/**
 * The producing end of one binding. Posts what a {@link HttpTarget} sends without
 * waiting; any other message is posted with its {@code contentType} and {@code ce-}
 * headers, and answered before the call returns.
 */
public final class HttpOutboundHandler extends AbstractMessageHandler {

	/** For messages that carry no timeout of their own. */
	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final HttpEventClient client;

	private final TargetUrl url;

	private final HttpClient.RequestSender sender;

	/**
	 * Makes a handler.
	 * @throws IllegalArgumentException when the destination is no http or https URL
	 */
	public HttpOutboundHandler(HttpEventClient client, String destination) {
		this.client = client;
		this.url = TargetUrl.parse(destination);
		this.sender = client.to(this.url);
	}

	@Override
	protected void handleMessageInternal(Message<?> message) {
		if (message.getPayload() instanceof HttpTarget.Posting posting) {
			this.client.post(this.url, this.sender, posting.outbound(), posting.sent());
		}
		else {
			postAndWait(message);
		}
	}

	private void postAndWait(Message<?> message) {
		HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
		message.getHeaders().forEach((name, value) -> {
			if (name.toLowerCase(Locale.ROOT).startsWith(HttpEventReader.PREFIX)) {
				headers.set(name, value.toString());
			}
		});
		Object contentType = message.getHeaders().get(MessageHeaders.CONTENT_TYPE);
		if (contentType != null) {
			headers.set(HttpHeaderNames.CONTENT_TYPE, contentType.toString());
		}
		byte[] body = (message.getPayload() instanceof byte[] bytes) ? bytes
				: message.getPayload().toString().getBytes(StandardCharsets.UTF_8);
		CompletableFuture<Void> sent = new CompletableFuture<>();
		this.client.post(this.url, this.sender, headers, body, TIMEOUT, sent);
		try {
			sent.get(TIMEOUT.toMillis() + 1000, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			sent.cancel(true);
			throw new MessageHandlingException(message, this.url + ": interrupted before the answer came", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new MessageHandlingException(message, this.url + ": not accepted", ex);
		}
	}

}
