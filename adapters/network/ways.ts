import type { Duplex } from 'node:stream';

/**
 * Every connection of Holdfast to a database's own ports passes through here, so that the embedded networks can stand
 * in for real ones behind the genuine clients: when ways are registered in this process, they are taken instead of
 * sockets. In Lambda none ever are.
 */
const WAYS = Symbol.for('holdfast.ways');

/** Where to, and how long to wait; milliseconds. */
export interface Dialled {
  readonly host: string;
  readonly port: number;
  /** Whether the client will not talk but under TLS. */
  readonly tls: boolean;
  readonly connectWithin: number;
  /** For each answer, once connected. */
  readonly answerWithin: number;
}

export interface HttpSent extends Dialled {
  readonly method: 'GET' | 'POST';
  /** With query, beginning with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpGot {
  readonly status: number;
  readonly body: string;
  /** Where a redirect leads to; what stands with any other status is not passed on. */
  readonly location?: string;
}

/** The network as it is where some code runs. Fails as sockets do: errors whose `code` is `ECONNREFUSED`, … */
export interface Way {
  /** An open connection, in place of a TCP socket. It keeps to `answerWithin` by itself. */
  open(to: Dialled): Promise<Duplex>;
  send(request: HttpSent): Promise<HttpGot>;
}

interface Hooked {
  [WAYS]?: () => Way;
}

/** @param ways asked when a client is made, for whoever makes it */
export function registerWays(ways: (() => Way) | undefined): void {
  if (ways) (globalThis as Hooked)[WAYS] = ways;
  else delete (globalThis as Hooked)[WAYS];
}

/** Undefined: sockets. Ask when a client is made, not when it connects. */
export const wayHere = (): Way | undefined => (globalThis as Hooked)[WAYS]?.();

/** What ends a connection that nobody answers, as Node names it. */
export const broken = (code: string, message: string): Error => Object.assign(new Error(message), { code });
