package io.meshbridge.gateway.bindings;

import java.util.function.BiConsumer;

import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;

/**
 * A source that is read for routes, whether or not its broker is there at the moment. It
 * is held back by an operator, by the in-flight limit, or by both; messages flow when
 * neither wants it held.
 */
public final class SourceBinding {

	private final String name;

	private final SourceSpec spec;

	private final Supervised<BoundSource> link;

	private final MessageGate gate = new MessageGate();

	/** Who holds the flow back, and how; guarded by this. */
	private boolean heldByOperator;

	private boolean heldByLimit;

	private boolean paused;

	/** Set once, by open. */
	private volatile BiConsumer<? super InboundMessage, FlowControl> ingress = (message, flowControl) -> message
		.refuse(new IllegalStateException("not open"));

	SourceBinding(String name, SourceSpec spec, Bindings bindings, BindingThreads threads) {
		this.name = name;
		this.spec = spec;
		this.link = new Supervised<>("source " + name, () -> bindings.bindSource(spec, this::receive),
				BoundSource::unbind, this::apply, threads);
	}

	private void receive(InboundMessage message, Source source) {
		if (this.gate.pass()) {
			this.ingress.accept(message, source.flowControl());
		}
		else {
			message.refuse(new IllegalStateException(this.name + " is being closed"));
		}
	}

	/**
	 * Starts to read as soon as the broker is there; returns at once.
	 * @param ingress takes every message, on the binder's thread
	 */
	public void open(BiConsumer<? super InboundMessage, FlowControl> ingress) {
		this.ingress = ingress;
		this.link.open();
	}

	/**
	 * Name that is unique among sources.
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Holds the source back until {@link #resume()}, also over a reconnect.
	 */
	public synchronized void pause() {
		this.heldByOperator = true;
		apply();
	}

	/**
	 * Lets messages flow again, unless the in-flight limit is reached.
	 */
	public synchronized void resume() {
		this.heldByOperator = false;
		apply();
	}

	/**
	 * Holds the source back while the gateway has as many of its events as it may.
	 */
	public synchronized void limitReached(boolean reached) {
		this.heldByLimit = reached;
		apply();
	}

	private synchronized void apply() {
		BoundSource bound = this.link.bound();
		if (bound == null) {
			return;
		}
		boolean pausable = bound.pausable();
		FlowControl flowControl = bound.source().flowControl();
		boolean pause = (this.heldByOperator && pausable) || (this.heldByLimit && flowControl == FlowControl.PAUSE);
		boolean shut = (this.heldByOperator && !pausable) || (this.heldByLimit && flowControl == FlowControl.BLOCK);
		if (pause != this.paused) {
			this.paused = pause;
			if (pause) {
				bound.pause();
			}
			else {
				bound.resume();
			}
		}
		if (shut) {
			this.gate.shut();
		}
		else {
			this.gate.open();
		}
	}

	/**
	 * What an operator sees of it.
	 */
	public synchronized BindingStatus status() {
		BindingStatus.State state = this.link.state();
		if (state == BindingStatus.State.BOUND && this.heldByOperator) {
			state = BindingStatus.State.PAUSED;
		}
		return new BindingStatus(this.name, BindingStatus.Kind.SOURCE, state, this.heldByOperator, this.link.problem(),
				this.spec.binderName(), this.spec.destination(), this.spec.group());
	}

	void close() {
		this.gate.close();
		this.link.close();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
