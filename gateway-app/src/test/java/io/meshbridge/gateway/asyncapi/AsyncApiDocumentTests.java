package io.meshbridge.gateway.asyncapi;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.meshbridge.rules.EndpointCatalog;
import io.meshbridge.rules.Route;
import io.meshbridge.rules.RouteCompiler;
import io.meshbridge.rules.YamlSettings;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class AsyncApiDocumentTests {

	private static final EndpointCatalog CATALOG = new EndpointCatalog(
			Set.of("kafka", "rabbit", "mqtt", "http", "amqp10", "plant-a", "solace"), Set.of("in"),
			Map.of("plant-a", "mqtt"), Map.of("in", "kafka"), true);

	private static final String RULES = """
			routes:
			  - {id: orders, from: 'http:/orders/{id}', to: ['kafka:orders', 'https://hooks.example.com/o?x=1']}
			  - {id: readings, from: 'plant-a:plant/+/temperature', to: {uri: 'kafka:orders', content-mode: structured}}
			  - {id: more, from: 'kafka:orders', group: g, to: ['rabbit:orders', 'amqp10:orders', 'solace:orders']}
			  - id: named
			    from: in
			    to:
			      - {uri: 'kafka:orders.{subject}', allow: ['**']}
			      - {uri: 'https://{tenant}.example.com/e/{subject}', allow: ['**']}
			  - {id: check, from: 'channel:a', to: 'https://f.example.com', reply-to: 'channel:b'}
			  - {id: check.2, from: 'channel:a', group: h, to: 'http://f.example.com/', accept: delivered}
			""";

	private final JsonNode document = document(RULES);

	@Test
	void hasAServerForEachBinderAndHost() {
		assertThat(this.document.path("servers").propertyNames()).containsExactlyInAnyOrder("http", "kafka",
				"https-hooks-example-com", "plant-a", "rabbit", "amqp10", "solace", "binding-in",
				"https-tenant-example-com", "channel", "https-f-example-com", "http-f-example-com");
		assertThat(at("/servers/plant-a")).hasToString("""
				{"host":"{host}","protocol":"mqtt","variables":{"host":{"default":"localhost:1883",\
				"description":"where 'plant-a' is; the gateway's own settings say"}}}""");
		assertThat(at("/servers/https-tenant-example-com"))
			.hasToString("{\"host\":\"{tenant}.example.com\",\"protocol\":\"https\",\"variables\":{\"tenant\":{}}}");
		assertThat(at("/servers/binding-in/protocol").asString()).isEqualTo("kafka");
	}

	@Test
	void anEndpointOfSeveralRoutesIsOneChannel() {
		assertThat(at("/channels/kafka-orders")).hasToString("""
				{"address":"orders","servers":[{"$ref":"#/servers/kafka"}],"messages":{\
				"binary":{"$ref":"#/components/messages/kafka-binary"},\
				"structured":{"$ref":"#/components/messages/kafka-structured"}},\
				"bindings":{"kafka":{"topic":"orders","bindingVersion":"0.5.0"}}}""");
		assertThat(at("/channels/http-orders-id/parameters/id").isObject()).isTrue();
		assertThat(at("/channels/kafka-orders-subject").has("bindings")).isFalse();
		assertThat(at("/channels/in").has("bindings")).isFalse();
	}

	@Test
	void aRouteReceivesAndSends() {
		assertThat(at("/operations/receive-more")).hasToString(
				"""
						{"action":"receive","channel":{"$ref":"#/channels/kafka-orders"},\
						"summary":"Route more reads kafka:orders","bindings":{"kafka":{"groupId":{"type":"string","enum":["g"]},\
						"bindingVersion":"0.5.0"}},"messages":[{"$ref":"#/channels/kafka-orders/messages/binary"},\
						{"$ref":"#/channels/kafka-orders/messages/structured"}]}""");
		assertThat(at("/operations/send-readings-kafka-orders/messages")).hasToString("""
				[{"$ref":"#/channels/kafka-orders/messages/structured"}]""");
		assertThat(at("/operations/receive-orders/bindings/http/method").asString()).isEqualTo("POST");
		assertThat(at("/operations/send-check-channel-b/channel/$ref").asString()).isEqualTo("#/channels/channel-b");
	}

	@Test
	void theChannelThatADurableRouteKeepsForItselfIsNobodysBusiness() {
		assertThat(this.document.toString()).doesNotContain("route.orders");
		assertThat(this.document.path("operations").propertyNames()).containsOnlyOnce("receive-orders")
			.contains("send-orders-kafka-orders");
	}

	@Test
	void headersAreNamedAsTheProtocolHasThem() {
		assertThat(at("/components/messages/kafka-binary/headers/required")).hasToString("""
				["ce_specversion","ce_id","ce_source","ce_type"]""");
		assertThat(at("/components/messages/mqtt-binary/headers/properties/subject/type").asString())
			.isEqualTo("string");
		assertThat(at("/components/messages/https-structured/contentType").asString())
			.isEqualTo("application/cloudevents+json");
	}

	@Test
	void namesThatDifferInPunctuationStayApart() {
		JsonNode similar = document("""
				routes:
				  - {id: a.b, from: 'kafka:a.b', to: 'kafka:c'}
				  - {id: a-b, from: 'kafka:a-b', to: 'kafka:c'}
				""");
		assertThat(similar.path("operations").propertyNames()).containsExactly("receive-a-b", "send-a-b-kafka-c",
				"receive-a-b-2", "send-a-b-kafka-c-2");
		assertThat(similar.at("/channels/kafka-a-b-2/address").asString()).isEqualTo("a-b");
	}

	@Test
	void everyReferenceLeadsSomewhere() {
		assertThat(this.document.findValues("$ref")).hasSizeGreaterThan(50)
			.allSatisfy((reference) -> assertThat(at(reference.asString().substring(1)).isMissingNode())
				.as(reference.asString())
				.isFalse());
	}

	private JsonNode at(String pointer) {
		return this.document.at(pointer);
	}

	private static JsonNode document(String rules) {
		List<Route> routes = new RouteCompiler(CATALOG)
			.compile(List.of(Objects.requireNonNull(YamlSettings.ruleFile("routes.yaml", rules).routes())), null);
		return new JsonMapper().valueToTree(
				AsyncApiDocument.of(routes.stream().map(Route::stages).flatMap(List::stream).toList(), CATALOG, "1"));
	}

}
