package io.meshbridge.bridge.rabbit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.meshbridge.bridge.Content;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RabbitMessageTests {

	private static final byte[] BODY = "body".getBytes(StandardCharsets.UTF_8);

	private static RabbitMessage message(String exchange, boolean redelivered, BasicProperties properties,
			byte[] body) {
		return new RabbitMessage("the queue", new Envelope(7, redelivered, exchange, "plant.a"), properties, body);
	}

	private static BasicProperties headers(Map<String, Object> headers) {
		return new BasicProperties.Builder().headers(headers).build();
	}

	@Test
	void messageIdIsTheId() {
		assertThat(message("x", false, new BasicProperties.Builder().messageId("m-1").build(), BODY).id())
			.isEqualTo("m-1");
	}

	@Test
	void idStaysTheSameWhenTheBrokerDeliversAgain() {
		String first = message("x", false, headers(Map.of("a", "1")), BODY).id();
		assertThat(first).hasSize(32);
		assertThat(message("x", true, headers(Map.of("a", "1", "x-delivery-count", 1L)), BODY).id()).isEqualTo(first);
	}

	@Test
	void idTellsMessagesApart() {
		String first = message("x", false, headers(Map.of("a", "1")), BODY).id();
		assertThat(message("y", false, headers(Map.of("a", "1")), BODY).id()).isNotEqualTo(first);
		assertThat(message("x", false, headers(Map.of("a", "2")), BODY).id()).isNotEqualTo(first);
		assertThat(message("x", false, headers(Map.of("a", "1")), new byte[0]).id()).isNotEqualTo(first);
		assertThat(message("x", false,
				new BasicProperties.Builder().headers(Map.of("a", "1")).correlationId("c").build(), BODY)
			.id()).isNotEqualTo(first);
	}

	@Test
	void sourceNamesTheExchangeOrTheQueue() {
		assertThat(message("my orders/ü", false, headers(Map.of()), BODY).source())
			.isEqualTo("/rabbit/my%20orders%2F%C3%BC");
		assertThat(message("", false, headers(Map.of()), BODY).source()).isEqualTo("/rabbit/the%20queue");
	}

	@Test
	void placeholdersAnswerWithWhatIsThere() {
		RabbitMessage message = message("x", false,
				new BasicProperties.Builder().headers(Map.of("site", "ulm", "level", 3L)).appId("plc").build(), BODY);
		assertThat(message.property("topic")).isEqualTo("plant.a");
		assertThat(message.property("topic[0]")).isEqualTo("plant");
		assertThat(message.property("topic[2]")).isNull();
		assertThat(message.property("topic[a]")).isNull();
		assertThat(message.property("header.site")).isEqualTo("ulm");
		assertThat(message.property("header.level")).isEqualTo("3");
		assertThat(message.property("header.app_id")).isEqualTo("plc");
		assertThat(message.property("key")).isNull();
	}

	@Test
	void batchOfASpringSenderIsTakenApart() {
		byte[] batch = ByteBuffer.allocate(11)
			.putInt(1)
			.put((byte) 'a')
			.putInt(2)
			.put((byte) 'b')
			.put((byte) 'c')
			.array();
		List<RabbitMessage> parts = SpringBatch
			.split(message("x", false, headers(Map.of("springBatchFormat", "lengthHeader4")), batch));
		assertThat(parts).extracting((part) -> new String(part.body(), StandardCharsets.UTF_8))
			.containsExactly("a", "bc");
		assertThat(parts.get(0).id()).isNotEqualTo(parts.get(1).id());
		assertThat(parts.get(0).content(new EventHeaders("cloudEvents_"))).isInstanceOf(Content.Plain.class);
	}

	@Test
	void brokenBatchIsOneMessage() {
		RabbitMessage broken = message("x", false, headers(Map.of("springBatchFormat", "lengthHeader4")), BODY);
		assertThat(SpringBatch.split(broken)).containsExactly(broken);
	}

}
