package io.meshbridge.gateway.admin;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.meshbridge.gateway.admin.DeskClient.API;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dead letter desk after a restart, without a database, full, and off.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeskLifeTests {

	@TempDir
	private Path folder = Path.of("");

	@Test
	void keepsLettersOverARestartAndSaysWhoseRuleIsGone() throws Exception {
		try (RunningGateway gateway = gateway()) {
			DeskClient.refuse(gateway, "b", "c");
			gateway.send("in", "1", "order");
			DeskClient.awaitLetters(gateway, 2);
		}
		String other = DeskClient.ROUTES.replace("['queue:a', 'queue:b', 'queue:c']", "['queue:a', 'queue:c']");
		try (RunningGateway gateway = new RunningGateway(this.folder, other, DeskClient.CHANNELS_ONLY)) {
			gateway.awaitBound();
			JsonNode letter = gateway.get(API + "?target=queue:b").path("letters").path(0);
			JsonNode all = gateway.get(API + "/" + letter.path("number").asLong());
			assertThat(all.path("ruleChanged").asBoolean(false)).isTrue();
			String gone = "route 'three' has no target 'queue:b', it has: queue:a, queue:c";
			assertThat(all.path("refusal").asString()).isEqualTo(gone);
			JsonNode job = DeskClient.done(gateway, DeskClient.replay(gateway, "all=true"));
			assertThat(job.path("refusals").path(gone).asLong()).as(job.toString()).isEqualTo(1);
			assertThat(DeskClient.ids(gateway, "c")).containsExactly("1");
			assertThat(gateway.get(API).path("total").asLong()).isEqualTo(1);
		}
		try (RunningGateway gateway = new RunningGateway(this.folder, other.replace("id: three", "id: two"),
				DeskClient.CHANNELS_ONLY)) {
			JsonNode job = DeskClient.done(gateway, DeskClient.replay(gateway, "all=true"));
			assertThat(job.path("refusals").path("route 'three' is not active").asLong()).isEqualTo(1);
		}
	}

	@Test
	void aDatabaseThatCannotBeOpenedStopsNothingAndLosesNothing(CapturedOutput output) throws Exception {
		Path data = Files.createDirectories(this.folder.resolve("data"));
		Path inTheWay = Files.writeString(data.resolve("desk"), "not a folder");
		try (RunningGateway gateway = gateway()) {
			DeskClient.refuse(gateway, "c");
			gateway.send("in", "1", "order");
			DeskClient.soon(() -> assertThat(DeskClient.ids(gateway, "a")).containsExactly("1"));
			DeskClient.soon(() -> assertThat(output)
				.contains("dead letter desk: the dead letters in " + inTheWay + " can't be opened"));
			DeskClient.problem(gateway.request("GET", API), 503, "can't be opened");
			DeskClient.problem(gateway.request("POST", API + "/replay?all=true"), 503, "can't be opened");
			DeskClient.soon(
					() -> assertThat(gateway.get("/admin/channels/dead-letters").path("depth").asLong()).isEqualTo(1));
			Files.delete(inTheWay);
			DeskClient.awaitLetters(gateway, 1);
			DeskClient
				.soon(() -> assertThat(gateway.get("/admin/channels/dead-letters").path("depth").asLong(-1)).isZero());
		}
	}

	@Test
	void leavesLettersInTheirSinkWhenItHasAsManyAsItMay(CapturedOutput output) throws Exception {
		try (RunningGateway gateway = gateway("--meshbridge.desk.max-letters=5")) {
			DeskClient.refuse(gateway, "c");
			for (int i = 0; i < 5; i++) {
				gateway.send("in", "" + i, "order");
			}
			DeskClient.awaitLetters(gateway, 5);
			DeskClient.soon(() -> assertThat(gateway.get(API + "/status").path("full").asBoolean(false)).isTrue());
			for (int i = 5; i < 8; i++) {
				gateway.send("in", "" + i, "order");
			}
			DeskClient
				.soon(() -> assertThat(gateway.get("/admin/channels/dead-letters").path("in").asLong()).isEqualTo(8));
			DeskClient.soon(
					() -> assertThat(gateway.get("/admin/channels/dead-letters").path("depth").asLong()).isPositive());
			DeskClient
				.soon(() -> assertThat(output).contains("the dead letter desk holds 5 letters, as many as it may"));
			assertThat(gateway.request("POST", API + "/discard?id=0&confirm=1").statusCode()).isEqualTo(200);
			assertThat(gateway.request("POST", API + "/discard?id=1&confirm=1").statusCode()).isEqualTo(200);
			assertThat(gateway.request("POST", API + "/discard?id=2&confirm=1").statusCode()).isEqualTo(200);
			DeskClient
				.soon(() -> assertThat(gateway.get("/admin/channels/dead-letters").path("depth").asLong(-1)).isZero());
			assertThat(gateway.get(API).path("total").asLong()).isEqualTo(5);
		}
	}

	@Test
	void readsNoSinkWhenItIsOff() throws Exception {
		try (RunningGateway gateway = gateway("--meshbridge.desk.enabled=false")) {
			DeskClient.refuse(gateway, "c");
			gateway.send("in", "1", "order");
			DeskClient.soon(
					() -> assertThat(gateway.get("/admin/channels/dead-letters").path("depth").asLong()).isEqualTo(1));
			DeskClient.problem(gateway.request("GET", API), 503,
					"the dead letter desk is off (meshbridge.desk.enabled)");
		}
	}

	private RunningGateway gateway(String... more) throws Exception {
		List<String> arguments = new ArrayList<>(List.of(DeskClient.CHANNELS_ONLY));
		arguments.addAll(List.of(more));
		RunningGateway gateway = new RunningGateway(this.folder, DeskClient.ROUTES, arguments.toArray(String[]::new));
		gateway.awaitBound();
		return gateway;
	}

}
