package io.meshbridge.bridge.mqtt;

/**
 * A version of the protocol.
 */
public enum MqttVersion {

	/** MQTT 3.1.1, which has no properties. */
	V3("3.1.1"),

	/** MQTT 5. */
	V5("5");

	private final String text;

	MqttVersion(String text) {
		this.text = text;
	}

	static MqttVersion of(String text) {
		for (MqttVersion version : values()) {
			if (version.text.equals(text) || (version == V5 && text.equals("5.0"))) {
				return version;
			}
		}
		throw new IllegalArgumentException("meshbridge.mqtt.version is '" + text + "', expected '5' or '3.1.1'");
	}

	@Override
	public String toString() {
		return this.text;
	}

}
