import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { StageFailure } from '../failures.js';

export type AddressRule = (address: string) => boolean;

/** Whether an address may be asked: public unicast, or inside one of `allowed` (CIDR blocks). */
export function addressRule(allowed: readonly string[]): AddressRule {
  const blocks = allowed.map((cidr) => ipaddr.parseCIDR(cidr));
  return (address) => {
    // process() unfolds IPv4-mapped IPv6, so that ::ffff:127.0.0.1 is judged as 127.0.0.1.
    const parsed = ipaddr.process(address);
    const inBlock = blocks.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match(base, bits));
    return inBlock || parsed.range() === 'unicast';
  };
}

/**
 * A connector for undici that opens no connection to an address the rule forbids. The check stands between name
 * resolution and connect, and the connection goes to the very address that was checked: a name that resolves
 * differently the next moment (DNS rebinding) gains nothing. undici never calls `lookup` for literal addresses, so
 * those are checked on their own.
 */
export function checkedConnector(rule: AddressRule, timeoutMs: number): buildConnector.connector {
  const blocked = (host: string) => new StageFailure('http/blocked-address', host);
  const lookup: LookupFunction = (host, options, callback) => {
    systemLookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const open = found.filter(({ address }) => rule(address));
      const [first] = open;
      if (!first) return callback(blocked(host), '', 0);
      if (options.all) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ timeout: timeoutMs, lookup });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) && !rule(host)) callback(blocked(host), null);
    else connect(options, callback);
  };
}
