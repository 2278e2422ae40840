package io.meshbridge.gateway.bindings;

import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;

import io.meshbridge.bridge.FlowControl;
import io.meshbridge.bridge.InboundMessage;
import io.meshbridge.bridge.Source;
import io.meshbridge.bridge.SourceSpec;
import io.meshbridge.bridge.binding.Bindings;
import io.meshbridge.bridge.binding.BoundSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source that is read for routes, whether or not its broker is there at the moment. It
 * is held back by an operator, by the in-flight limit, by an outage of all that it feeds,
 * or by several of them; messages flow when none wants it held.
 */
public final class SourceBinding {

	private static final Logger logger = LoggerFactory.getLogger(SourceBinding.class);

	private final String name;

	private final SourceSpec spec;

	private final Supervised<BoundSource> link;

	private final BindingThreads threads;

	private final MessageGate gate = new MessageGate();

	/** Who holds the flow back, and how; guarded by this. */
	private boolean heldByOperator;

	private boolean heldByLimit;

	/** No route reads it any more; what it has brought in ends, and then it does. */
	private boolean retired;

	/** What is out, or {@code null}. */
	private @Nullable String heldByOutage;

	private boolean outageIsTold;

	private boolean paused;

	/** Set once, by open. */
	private volatile BiConsumer<? super InboundMessage, FlowControl> ingress = (message, flowControl) -> message
		.refuse(new IllegalStateException("not open"));

	SourceBinding(String name, SourceSpec spec, Bindings bindings, BindingThreads threads) {
		this.name = name;
		this.spec = spec;
		this.threads = threads;
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
	 * Holds the source back since no route reads it any more, until it is closed or
	 * {@link #takenBack}.
	 */
	public synchronized void retire() {
		this.retired = true;
		apply();
	}

	/**
	 * Lets messages flow again, for a route that reads it.
	 */
	public synchronized void takenBack() {
		this.retired = false;
		apply();
	}

	/**
	 * Holds the source back while the gateway has as many of its events as it may.
	 */
	public synchronized void limitReached(boolean reached) {
		this.heldByLimit = reached;
		apply();
	}

	/**
	 * Holds the source back while all that it feeds is out. Returns at once.
	 * @param outage what is out; {@code null} to let the source flow
	 * @param lasting whether all is still out, and the source flows for a probe only
	 */
	public void outage(@Nullable String outage, boolean lasting) {
		synchronized (this) {
			if (outage != null && !this.outageIsTold) {
				this.outageIsTold = true;
				logger.info("source {}: waits, for {}", this.name, outage);
			}
			else if (outage == null && !lasting && this.outageIsTold) {
				this.outageIsTold = false;
				logger.info("source {}: flows again", this.name);
			}
			if (Objects.equals(outage, this.heldByOutage)) {
				return;
			}
			this.heldByOutage = outage;
		}
		try {
			// A client may take its time to pause.
			this.threads.run(this::apply);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("{}: the gateway stops", this.name, ex);
		}
	}

	private synchronized void apply() {
		BoundSource bound = this.link.bound();
		if (bound == null) {
			return;
		}
		boolean pausable = bound.pausable();
		FlowControl flowControl = bound.source().flowControl();
		boolean held = this.heldByLimit || this.heldByOutage != null;
		boolean stopped = this.heldByOperator || this.retired;
		boolean pause = (stopped && pausable) || (held && flowControl == FlowControl.PAUSE);
		boolean shut = (stopped && !pausable) || (held && flowControl == FlowControl.BLOCK);
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
		if (state == BindingStatus.State.BOUND && (this.heldByOperator || this.retired || this.heldByOutage != null)) {
			state = BindingStatus.State.PAUSED;
		}
		String problem = (this.link.problem() == null) ? this.heldByOutage : this.link.problem();
		return new BindingStatus(this.name, BindingStatus.Kind.SOURCE, state, this.heldByOperator, problem,
				this.spec.binderName(), this.spec.destination(), this.spec.group());
	}

	/**
	 * Ends it; returns when the binder has let go of it.
	 */
	public void close() {
		this.gate.close();
		this.link.close();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
