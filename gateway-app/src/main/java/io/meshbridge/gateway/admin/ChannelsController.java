package io.meshbridge.gateway.admin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.meshbridge.bridge.channel.ChannelInUseException;
import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.gateway.bindings.ChannelTraffic;
import io.meshbridge.rules.Endpoint;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /admin/channels}: what is stored, and the means to throw it away. That asks for
 * the name once more: {@code POST /admin/channels/orders/purge?confirm=orders}. A broker
 * may be asked for all of it, which takes its time, so none of it runs on the threads
 * that answer others.
 */
@RestController
@RequestMapping("/admin/channels")
class ChannelsController {

	private final ObjectProvider<ChannelStore> store;

	private final BindingRegistry bindings;

	private final ChannelTraffic traffic;

	ChannelsController(ObjectProvider<ChannelStore> store, BindingRegistry bindings, ChannelTraffic traffic) {
		this.store = store;
		this.bindings = bindings;
		this.traffic = traffic;
	}

	/**
	 * Lists all channels with what is in them.
	 */
	@GetMapping
	@ProblemAnswer(status = 503, when = "the store of the channels does not answer")
	Mono<List<ChannelView>> all() {
		return aside(() -> channels().stream().map(this::view).toList());
	}

	/**
	 * Shows one channel with what is in it.
	 * @param name of the channel, without {@code channel:}
	 */
	@GetMapping("/{name}")
	@ProblemAnswer(status = 404, when = "there is no such channel")
	@ProblemAnswer(status = 503, when = "the store of the channels does not answer")
	Mono<ChannelView> one(@PathVariable String name) {
		return aside(() -> view(channel(name)));
	}

	/**
	 * Throws all events of a channel away.
	 * @param name of the channel, without {@code channel:}
	 * @param confirm the name once more; without it nothing is removed and the answer
	 * says how much would be
	 */
	@PostMapping("/{name}/purge")
	@ProblemAnswer(status = 400, when = "it is not confirmed")
	@ProblemAnswer(status = 404, when = "there is no such channel")
	@ProblemAnswer(status = 501, when = "the broker has no way to do that; use its own tools")
	@ProblemAnswer(status = 503, when = "the store of the channels does not answer")
	Mono<Map<String, Object>> purge(@PathVariable String name,
			@RequestParam(required = false) @Nullable String confirm) {
		return aside(() -> {
			requireConfirmed(channel(name), confirm);
			return Map.of("channel", name, "removed", this.store.getObject().purge(name));
		});
	}

	/**
	 * Removes a channel with all its events.
	 * @param name of the channel, without {@code channel:}
	 * @param confirm the name once more; without it nothing is removed and the answer
	 * says how much would be
	 */
	@DeleteMapping("/{name}")
	@ProblemAnswer(status = 400, when = "it is not confirmed")
	@ProblemAnswer(status = 404, when = "there is no such channel")
	@ProblemAnswer(status = 409, when = "routes use it, or somebody reads it")
	@ProblemAnswer(status = 501, when = "the broker has no way to do that; use its own tools")
	@ProblemAnswer(status = 503, when = "the store of the channels does not answer")
	Mono<Map<String, Object>> delete(@PathVariable String name,
			@RequestParam(required = false) @Nullable String confirm) {
		return aside(() -> {
			ChannelStatus channel = channel(name);
			requireUnused(name);
			requireConfirmed(channel, confirm);
			this.store.getObject().delete(name);
			return Map.of("channel", name, "removed", (channel.depth() == null) ? "unknown" : channel.depth());
		});
	}

	/**
	 * Removes a group of a channel with the events that it has not read.
	 * @param name of the channel, without {@code channel:}
	 * @param group name of the group
	 * @param confirm the name of the group once more; without it nothing is removed
	 */
	@DeleteMapping("/{name}/groups/{group}")
	@ProblemAnswer(status = 400, when = "it is not confirmed")
	@ProblemAnswer(status = 404, when = "there is no such channel or group")
	@ProblemAnswer(status = 409, when = "somebody reads it")
	@ProblemAnswer(status = 501, when = "the broker has no way to do that; use its own tools")
	@ProblemAnswer(status = 503, when = "the store of the channels does not answer")
	Mono<Map<String, Object>> deleteGroup(@PathVariable String name, @PathVariable String group,
			@RequestParam(required = false) @Nullable String confirm) {
		return aside(() -> {
			requireConfirmed(name, group(channel(name), group), confirm);
			return Map.of("channel", name, "group", group, "removed", this.store.getObject().deleteGroup(name, group));
		});
	}

	/**
	 * Moves the events that a group has not read to another group, behind those that wait
	 * there.
	 * @param name of the channel, without {@code channel:}
	 * @param group name of the group
	 * @param to name of the other group
	 */
	@PostMapping("/{name}/groups/{group}/move")
	@ProblemAnswer(status = 404, when = "there is no such channel or group")
	@ProblemAnswer(status = 409, when = "somebody reads it")
	@ProblemAnswer(status = 501, when = "the broker has no way to do that; use its own tools")
	@ProblemAnswer(status = 503, when = "the store of the channels does not answer")
	Mono<Map<String, Object>> moveGroup(@PathVariable String name, @PathVariable String group,
			@RequestParam String to) {
		return aside(() -> {
			ChannelStatus channel = channel(name);
			group(channel, group);
			group(channel, to);
			return Map.of("channel", name, "group", group, "to", to, "moved",
					this.store.getObject().moveGroup(name, group, to));
		});
	}

	private static ChannelStatus.Group group(ChannelStatus channel, String name) {
		return channel.groups()
			.stream()
			.filter((group) -> group.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "channel '" + channel.name()
					+ "' has no group '" + name + "', "
					+ KnownNames.expectedOneOf(channel.groups().stream().map(ChannelStatus.Group::name).toList())));
	}

	private static void requireConfirmed(String channel, ChannelStatus.Group group, @Nullable String confirm) {
		if (!group.name().equals(confirm)) {
			String held = (group.depth() == null) ? "all its events" : group.depth() + " events";
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "group '" + group.name() + "' of channel '"
					+ channel + "' would lose " + held + "; confirm it with ?confirm=" + group.name());
		}
	}

	private List<ChannelStatus> channels() {
		ChannelStore present = this.store.getIfAvailable();
		return (present == null) ? List.of() : present.channels();
	}

	private ChannelView view(ChannelStatus channel) {
		return ChannelView.of(channel, this.traffic.rates(channel.name()));
	}

	private ChannelStatus channel(String name) {
		List<ChannelStatus> all = channels();
		return all.stream()
			.filter((channel) -> channel.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no channel '" + name + "', "
					+ KnownNames.expectedOneOf(all.stream().map(ChannelStatus::name).toList())));
	}

	private void requireUnused(String name) {
		String endpoint = new Endpoint.AtChannel(name).toString();
		boolean used = this.bindings.status()
			.stream()
			.anyMatch((binding) -> binding.name().equals(endpoint) || binding.name().startsWith(endpoint + "@"));
		if (used) {
			throw new ResponseStatusException(HttpStatus.CONFLICT,
					"routes use channel '" + name + "': take it out of them first, or purge it");
		}
	}

	private static void requireConfirmed(ChannelStatus channel, @Nullable String confirm) {
		if (!channel.name().equals(confirm)) {
			String held = (channel.depth() == null) ? "all its events" : channel.depth() + " events";
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "channel '" + channel.name() + "' would lose "
					+ held + "; confirm it with ?confirm=" + channel.name());
		}
	}

	private static <T> Mono<T> aside(Callable<T> answer) {
		return Mono.fromCallable(answer)
			.subscribeOn(Schedulers.boundedElastic())
			.onErrorMap(ChannelInUseException.class,
					(ex) -> new ResponseStatusException(HttpStatus.CONFLICT, ex.getMessage(), ex))
			.onErrorMap(UnsupportedOperationException.class,
					(ex) -> new ResponseStatusException(HttpStatus.NOT_IMPLEMENTED, ex.getMessage(), ex))
			.onErrorMap(IllegalStateException.class,
					(ex) -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, ex.getMessage(), ex));
	}

}
