package io.meshbridge.gateway.admin;

import java.util.List;
import java.util.Map;

import io.meshbridge.bridge.channel.ChannelStatus;
import io.meshbridge.bridge.channel.ChannelStore;
import io.meshbridge.gateway.bindings.BindingRegistry;
import io.meshbridge.rules.Endpoint;
import org.jspecify.annotations.Nullable;

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
 * the name once more: {@code POST /admin/channels/orders/purge?confirm=orders}.
 */
@RestController
@RequestMapping("/admin/channels")
class ChannelsController {

	private final ObjectProvider<ChannelStore> store;

	private final BindingRegistry bindings;

	ChannelsController(ObjectProvider<ChannelStore> store, BindingRegistry bindings) {
		this.store = store;
		this.bindings = bindings;
	}

	@GetMapping
	List<ChannelStatus> all() {
		ChannelStore present = this.store.getIfAvailable();
		return (present == null) ? List.of() : present.channels();
	}

	@GetMapping("/{name}")
	ChannelStatus one(@PathVariable String name) {
		List<ChannelStatus> all = all();
		return all.stream()
			.filter((channel) -> channel.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no channel '" + name + "', "
					+ KnownNames.expectedOneOf(all.stream().map(ChannelStatus::name).toList())));
	}

	@PostMapping("/{name}/purge")
	Map<String, Object> purge(@PathVariable String name, @RequestParam(required = false) @Nullable String confirm) {
		requireConfirmed(one(name), confirm);
		try {
			return Map.of("channel", name, "removed", this.store.getObject().purge(name));
		}
		catch (UnsupportedOperationException ex) {
			throw new ResponseStatusException(HttpStatus.NOT_IMPLEMENTED, ex.getMessage(), ex);
		}
	}

	@DeleteMapping("/{name}")
	Map<String, Object> delete(@PathVariable String name, @RequestParam(required = false) @Nullable String confirm) {
		ChannelStatus channel = one(name);
		String endpoint = new Endpoint.AtChannel(name).toString();
		boolean used = this.bindings.status()
			.stream()
			.anyMatch((binding) -> binding.name().equals(endpoint) || binding.name().startsWith(endpoint + "@"));
		if (used) {
			throw new ResponseStatusException(HttpStatus.CONFLICT,
					"routes use channel '" + name + "': take it out of them first, or purge it");
		}
		requireConfirmed(channel, confirm);
		try {
			this.store.getObject().delete(name);
		}
		catch (UnsupportedOperationException ex) {
			throw new ResponseStatusException(HttpStatus.NOT_IMPLEMENTED, ex.getMessage(), ex);
		}
		return Map.of("channel", name, "removed", (channel.depth() == null) ? "unknown" : channel.depth());
	}

	private static void requireConfirmed(ChannelStatus channel, @Nullable String confirm) {
		if (!channel.name().equals(confirm)) {
			String held = (channel.depth() == null) ? "all its events" : channel.depth() + " events";
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "channel '" + channel.name() + "' would lose "
					+ held + "; confirm it with ?confirm=" + channel.name());
		}
	}

}
