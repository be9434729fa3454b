import type { Duplex } from 'node:stream';
import { broken, type Dialled, type HttpGot, type HttpSent, type Way } from '../../adapters/network/ways.ts';
import { type Duration, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { Interference } from '../faults/hooks.ts';
import { currentFunction, type RunningFunction } from '../functions/sandbox.ts';
import { pipe } from './pipe.ts';
import type { Endpoint, HttpServer, SqlServer } from './server.ts';

/** Who dials. */
export type Dialler = Pick<RunningFunction, 'name' | 'region' | 'network' | 'alive'>;

/** Whoever makes a client at this moment: the function that is starting, or somebody outside of every network. */
export const diallerNow = (): Dialler =>
  currentFunction() ?? { name: 'operator', region: 'nowhere', alive: () => true };

interface NetworkParts {
  readonly world: World;
  readonly isDark: (region: string) => boolean;
  readonly faults: Required<Pick<Interference, 'unreachable' | 'cutOff'>>;
}

interface Listening {
  readonly endpoint: Endpoint;
  readonly sql?: SqlServer;
  readonly http?: HttpServer;
}

const LATENCY_MS: readonly [number, number] = [1, 6];
const INSECURE = 'Connections using insecure transport are prohibited while --require_secure_transport=ON.';

/**
 * The networks of clusters, one in each region: who stands in it and is let in by a server's security groups gets a
 * connection, everybody else waits until the time for connecting is over, as with a real packet that nobody answers.
 *
 * Does not model: names that resolve differently in two VPCs of one region, routes, network ACLs, TLS (what the client
 * wants is compared with what the server has, and the stream is plain), HTTP connections that are kept.
 */
export class Network {
  readonly #parts: NetworkParts;
  readonly #listening = new Map<string, Listening>();
  #connections = 0;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** A database that speaks MySQL's protocol. Throws when something listens there already. */
  listen(endpoint: Endpoint, sql: SqlServer): void {
    this.#add({ endpoint, sql });
  }

  /** A server that speaks HTTP. Throws when something listens there already. */
  serve(endpoint: Endpoint, http: HttpServer): void {
    this.#add({ endpoint, http });
  }

  /** Nothing listens there any more. */
  leave({ region, host, port }: Pick<Endpoint, 'region' | 'host' | 'port'>): void {
    this.#listening.delete(key(region, host, port));
  }

  /** The network as one dialler has it. */
  wayOf(from: Dialler): Way {
    return {
      open: (to) => this.#open(from, to),
      send: (request) => this.#send(from, request),
    };
  }

  async #open(from: Dialler, to: Dialled): Promise<Duplex> {
    const { world, isDark, faults } = this.#parts;
    const { endpoint, sql } = await this.#reach(from, to);
    if (!sql) throw broken('ECONNRESET', 'read ECONNRESET');
    if (to.tls && endpoint.tls === 'none')
      throw broken('HANDSHAKE_NO_SSL_SUPPORT', 'Server does not support secure connection');
    const { accept } = await world.external(import('./mysql-server.ts'));
    const { client, server, greeted, cut } = pipe({
      world,
      latency: () => this.#latency,
      answerWithin: to.answerWithin,
      alive: from.alive,
      lit: () => !isDark(endpoint.region),
    });
    const closed = endpoint.tls === 'required' && !to.tls;
    accept({
      stream: server,
      server: sql,
      connectionId: ++this.#connections,
      closedTo: closed ? { code: 'ER_SECURE_TRANSPORT_REQUIRED', errno: 3159, message: INSECURE } : undefined,
      cut: (statement) => faults.cutOff(at(endpoint), statement),
      breakOff: cut,
      fail: (thrown) =>
        void world.at(world.now(), () => {
          throw thrown;
        }),
    });
    // The server's challenge is really random, which takes Node a while.
    await world.external(greeted);
    return client;
  }

  async #send(from: Dialler, request: HttpSent): Promise<HttpGot> {
    const { isDark, faults } = this.#parts;
    const { endpoint, http } = await this.#reach(from, request);
    if (!http || request.tls !== (endpoint.tls === 'required')) throw broken('ECONNRESET', 'read ECONNRESET');
    const { method, path, headers, body = '' } = request;
    const cut = faults.cutOff(at(endpoint), `${method} ${path}`);
    if (cut === 'before') throw broken('ECONNRESET', 'read ECONNRESET');
    const answer = cut === 'hangs' ? undefined : http.answer({ method, path, headers, body });
    await this.#sleep(from, this.#latency);
    if (!answer || isDark(endpoint.region)) return this.#tooLate(from, request.answerWithin);
    if (cut === 'after') throw broken('ECONNRESET', 'read ECONNRESET');
    const location = answer.headers?.['location'];
    return { status: answer.status, body: answer.body, ...(location !== undefined && { location }) };
  }

  /** What listens there, if the dialler gets there. */
  async #reach(from: Dialler, { host, port, connectWithin }: Dialled): Promise<Listening> {
    const { isDark, faults } = this.#parts;
    await this.#sleep(from, this.#latency);
    const listening = this.#listening.get(key(from.region, host, port));
    const groups = from.network?.securityGroups ?? [];
    const open = listening?.endpoint.reachableFrom.some((group) => groups.includes(group)) ?? false;
    if (!listening && from.network && !this.#knows(from.region, host))
      throw broken('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`);
    const fate = listening && open ? faults.unreachable(at(listening.endpoint)) : undefined;
    if (!listening || !open || fate === 'times-out' || isDark(from.region))
      return this.#tooLate(from, connectWithin);
    if (fate === 'refused' || listening.endpoint.isDown?.())
      throw broken('ECONNREFUSED', `connect ECONNREFUSED ${host}:${port}`);
    return listening;
  }

  async #tooLate(from: Dialler, after: number): Promise<never> {
    await this.#sleep(from, milliseconds(after));
    throw broken('ETIMEDOUT', 'connect ETIMEDOUT');
  }

  /** A killed function's code never runs on. */
  async #sleep(from: Dialler, delay: Duration): Promise<void> {
    await this.#parts.world.sleep(delay);
    if (!from.alive()) await new Promise<never>(() => {});
  }

  get #latency(): Duration {
    return milliseconds(this.#parts.world.random('network.latency').between(...LATENCY_MS));
  }

  #knows(region: string, host: string): boolean {
    return [...this.#listening.values()].some(
      ({ endpoint }) => endpoint.region === region && endpoint.host === host,
    );
  }

  #add(listening: Listening): void {
    const { region, host, port } = listening.endpoint;
    if (this.#listening.has(key(region, host, port)))
      throw new Error(`something listens at ${host}:${port} in ${region} already`);
    this.#listening.set(key(region, host, port), listening);
  }
}

const key = (region: string, host: string, port: number): string => `${region}/${host}:${port}`;
const at = ({ region, host, port }: Endpoint): string => `${host}:${port} in ${region}`;
