import { Duplex } from 'node:stream';
import { broken } from '../../adapters/network/ways.ts';
import { type Duration, milliseconds } from '../../core/time/instant.ts';
import type { Timer } from '../clock/event-queue.ts';
import type { World } from '../clock/world.ts';

export interface PipeParts {
  readonly world: World;
  readonly latency: () => Duration;
  /** Milliseconds that the client waits for each answer. */
  readonly answerWithin: number;
  /** Whether whoever holds the client's end still lives: a dead process sends nothing and hears nothing. */
  readonly alive: () => boolean;
  /** Whether the two still reach each other. */
  readonly lit: () => boolean;
}

/** Both ends of one connection. What the client sends takes virtual time; what the server answers is there at once. */
export interface Pipe {
  readonly client: Duplex;
  readonly server: Duplex;
  /** Settles when the server has said something. */
  readonly greeted: Promise<void>;
  /** Both ends find the connection broken. */
  cut(): void;
}

/**
 * A connection without a socket. After what the client sent has arrived, everything up to the client's next write
 * happens in microtasks and ticks of one turn of Node's loop, so the world needs to wait for nothing outside of it.
 */
export function pipe({ world, latency, answerWithin, alive, lit }: PipeParts): Pipe {
  let onItsWay: (Buffer | null)[] = [];
  let waiting: Timer | undefined;

  const { promise: greeted, resolve: greet } = Promise.withResolvers<void>();

  const arrive = (): void => {
    const arrived = onItsWay;
    onItsWay = [];
    if (!alive() || !lit() || server.destroyed) return;
    for (const chunk of arrived) server.push(chunk);
  };
  const send = (chunk: Buffer | null): void => {
    if (onItsWay.length === 0) world.after(latency(), arrive);
    onItsWay.push(chunk);
    waiting ??= world.after(milliseconds(answerWithin), () => {
      if (alive()) client.destroy(broken('ETIMEDOUT', 'read ETIMEDOUT'));
    });
  };
  const answered = (): void => {
    waiting?.cancel();
    waiting = undefined;
  };

  const client = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      send(Buffer.from(chunk));
      done();
    },
    final(done) {
      answered();
      send(null);
      answered();
      done();
    },
    destroy(error, done) {
      answered();
      server.destroy();
      done(error);
    },
  });
  const server = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      answered();
      if (alive() && lit() && !client.destroyed) client.push(Buffer.from(chunk));
      done();
      greet();
    },
    final(done) {
      answered();
      if (alive() && lit() && !client.destroyed) client.push(null);
      done();
    },
  });
  return {
    client,
    server,
    greeted,
    cut() {
      server.destroy();
      if (alive()) client.destroy(broken('ECONNRESET', 'read ECONNRESET'));
    },
  };
}
