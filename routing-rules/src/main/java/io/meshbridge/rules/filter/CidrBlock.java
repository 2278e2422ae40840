package io.meshbridge.rules.filter;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. An IPv6
 * address that stands for one of IPv4 ({@code ::ffff:10.0.0.1}) counts as that. No name
 * is ever looked up.
 */
final class CidrBlock {

	private static final int LONGEST_ADDRESS = 45;

	private final byte[] network;

	private final int bits;

	private CidrBlock(byte[] network, int bits) {
		this.network = network;
		this.bits = bits;
	}

	static CidrBlock parse(String text) throws ExpressionException {
		int slash = text.indexOf('/');
		byte[] network = address((slash < 0) ? text : text.substring(0, slash));
		if (network == null) {
			throw new ExpressionException("is no range of addresses, expected one such as '10.0.0.0/8'"
					+ " or '2001:db8::/32', or one address");
		}
		int most = network.length * Byte.SIZE;
		String length = (slash < 0) ? String.valueOf(most) : text.substring(slash + 1);
		if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > most) {
			throw new ExpressionException(
					"has the length '" + length + "', expected a whole number from 0 to " + most + " after the '/'");
		}
		return new CidrBlock(network, Integer.parseInt(length));
	}

	/**
	 * Whether a text is an address of this range.
	 */
	boolean contains(String text) {
		byte[] address = address(text);
		if (address == null || address.length != this.network.length) {
			return false;
		}
		for (int bit = 0; bit < this.bits; bit++) {
			int mask = 0x80 >> (bit % Byte.SIZE);
			if (((address[bit / Byte.SIZE] ^ this.network[bit / Byte.SIZE]) & mask) != 0) {
				return false;
			}
		}
		return true;
	}

	private static byte @Nullable [] address(String text) {
		if (text.isEmpty() || text.length() > LONGEST_ADDRESS) {
			return null;
		}
		if (text.indexOf(':') < 0) {
			return addressOfIpv4(text);
		}
		if (!text.chars().allMatch((c) -> c == ':' || c == '.' || (c < 0x80 && Character.digit(c, 16) >= 0))) {
			return null;
		}
		try {
			// With a colon it is an address or refused, never a name.
			return InetAddress.getByName(text).getAddress();
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	private static byte @Nullable [] addressOfIpv4(String text) {
		String[] parts = text.split("\\.", -1);
		if (parts.length != 4) {
			return null;
		}
		byte[] address = new byte[parts.length];
		for (int i = 0; i < parts.length; i++) {
			// Without zeros before it: some read them as octal.
			if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 0xFF) {
				return null;
			}
			address[i] = (byte) Integer.parseInt(parts[i]);
		}
		return address;
	}

}
