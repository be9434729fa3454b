import type { Telemetry } from '../../core/ports/platform.ts';
import { type Clock, hours, milliseconds, seconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled } from '../service.ts';
import { type Deliver, untilDone } from './async-event.ts';
import { invokeBySdk, notFound } from './invoke.ts';
import { type Outcome, type ServiceFailure, serviceFailure, thrownBy, timedOut } from './outcome.ts';
import { type FunctionIdentity, Sandbox, type Startable } from './sandbox.ts';
import { type Blow, checkEnvironment, type FunctionCounts, type FunctionSettings } from './settings.ts';

interface FunctionsParts {
  readonly world: World;
  readonly daylight: Daylight;
  readonly telemetry: (of: FunctionIdentity) => Telemetry;
  /** Takes what destinations and dead-letter queues receive. */
  readonly deliver?: Deliver;
  readonly measure?: (of: FunctionIdentity, metric: string, value: number) => void;
  /** What functions read the time from. @default the services' own time */
  readonly clockOf?: (of: FunctionIdentity) => Clock;
  /** Asked at each invocation. */
  readonly strike?: (of: FunctionIdentity) => Blow | undefined;
}

interface Deployed {
  readonly settings: FunctionSettings;
  readonly counts: FunctionCounts;
  readonly idle: Sandbox[];
  busy: number;
  handler: Startable | undefined;
}

interface InFlight {
  readonly of: FunctionIdentity;
  readonly end: (outcome: Outcome) => void;
}

/** AWS promises no idle time; environments are seen to go within hours. */
const IDLE = hours(2);
const ACCEPTING = milliseconds(20);
/** gettingstarted-limits.html: 1 MB for an asynchronous event. */
const ASYNC_BYTES = 1_048_576;
const NOTHING_YET = { invocations: 0, coldStarts: 0, errors: 0, throttles: 0, timeouts: 0, billedMs: 0 };

/**
 * Lambda: cold and warm execution environments, one invocation at a time in each, timeouts, asynchronous retries.
 *
 * Does not model: CPU time and memory, versions and aliases, layers, streamed responses, logs and dry runs of Invoke,
 * recursion detection, subnets without addresses.
 */
export class Functions implements EmbeddedService {
  readonly name = 'lambda';
  readonly #parts: FunctionsParts;
  readonly #functions = new Map<string, Deployed>();
  readonly #inFlight = new Set<InFlight>();

  constructor(parts: FunctionsParts) {
    this.#parts = parts;
  }

  /** Creates a function, or gives it new code and settings: what runs goes on, what is warm is not used again. */
  createFunction(settings: FunctionSettings): void {
    checkEnvironment(settings);
    const counts = this.#functions.get(settings.arn)?.counts ?? { ...NOTHING_YET };
    this.#functions.set(settings.arn, { settings, counts, idle: [], busy: 0, handler: undefined });
  }

  /** Undefined when there is no such function. */
  roleOf(arn: string): string | undefined {
    return this.#find(arn)?.settings.role;
  }

  /** A version or an alias names the same code here. */
  #find(arn: string): Deployed | undefined {
    return this.#functions.get(arn) ?? this.#functions.get(arn.split(':').slice(0, 7).join(':'));
  }

  /** Counts by function ARN, in the order of creation. */
  get counts(): ReadonlyMap<string, Readonly<FunctionCounts>> {
    return new Map([...this.#functions].map(([arn, f]) => [arn, f.counts]));
  }

  /** Strikes down what runs now: every invocation of a function, or of a region. Their code never runs on. */
  kill(
    where: { readonly arn?: string; readonly region?: string },
    as: Blow['as'] = 'Runtime.ExitError',
  ): void {
    for (const flight of [...this.#inFlight])
      if (
        (where.arn === undefined || flight.of.arn === where.arn) &&
        (where.region === undefined || flight.of.region === where.region)
      )
        flight.end(struck(as));
  }

  /** Invokes and waits for the outcome. `payload` is JSON text. */
  async invoke(arn: string, payload: string): Promise<Outcome> {
    const deployed = this.#find(arn);
    if (!deployed) return serviceFailure('Lambda.ResourceNotFoundException', `Function not found: ${arn}`);
    const { daylight } = this.#parts;
    const { region } = deployed.settings;
    if (daylight.isDark(region)) await daylight.of(region);
    const outcome = await this.#admit(deployed, payload);
    if (daylight.isDark(region)) await daylight.of(region);
    return outcome;
  }

  #admit(deployed: Deployed, payload: string): Promise<Outcome> {
    if (deployed.busy < (deployed.settings.reservedConcurrency ?? 1_000))
      return this.#occupy(deployed, payload);
    deployed.counts.throttles++;
    this.#measure(deployed, 'Throttles', 1);
    return Promise.resolve(serviceFailure('Lambda.TooManyRequestsException', 'Rate Exceeded.'));
  }

  /** Accepts an event; Lambda retries it by itself. Throws when there is no such function. */
  invokeAsync(arn: string, payload: string): void {
    const deployed = this.#find(arn);
    if (!deployed) throw notFound(`Function not found: ${arn}`);
    const bytes = Buffer.byteLength(payload);
    if (bytes > ASYNC_BYTES)
      throw new AwsError('RequestTooLargeException', `${bytes} byte payload`, { status: 413 });
    const { settings } = deployed;
    const { world, deliver } = this.#parts;
    const event = { settings, payload, deliver, invoke: () => this.invoke(arn, payload) };
    world.after(ACCEPTING, () => untilDone(world, event));
  }

  /** Invoke. An invocation that is waited for takes its time: the answer is a promise then. */
  call(operation: string, input: object, call: Call): object {
    if (operation !== 'Invoke') throw new NotModelled('lambda', operation);
    return invokeBySdk(input, call, {
      invokeAsync: (arn, payload) => this.invokeAsync(arn, payload),
      knows: (arn) => this.#find(arn) !== undefined,
      run: (arn, payload) => this.#admit(this.#find(arn)!, payload),
      isDark: (region) => this.#parts.daylight.isDark(region),
    });
  }

  async #occupy(deployed: Deployed, payload: string): Promise<Outcome> {
    const { world } = this.#parts;
    deployed.busy++;
    deployed.counts.invocations++;
    const latency = world.random('functions.latency');
    const begun = world.now();
    try {
      let sandbox = this.#warm(deployed);
      if (sandbox) await world.sleep(milliseconds(latency.between(5, 20)));
      else {
        deployed.counts.coldStarts++;
        await world.sleep(milliseconds(latency.between(200, 450)));
        sandbox = await this.#start(deployed);
      }
      return await this.#run(deployed, sandbox, payload);
    } catch (thrown) {
      if (isNotModelled(thrown)) throw thrown;
      return this.#failed(deployed, thrownBy(thrown));
    } finally {
      deployed.busy--;
      const ran = world.now() - begun;
      deployed.counts.billedMs += ran;
      this.#measure(deployed, 'Invocations', 1);
      this.#measure(deployed, 'Duration', ran);
    }
  }

  /** The environment used last, as Lambda prefers; those idle for too long are gone. */
  #warm(deployed: Deployed): Sandbox | undefined {
    const sandbox = deployed.idle.pop();
    if (sandbox && this.#parts.world.now() - sandbox.idleSince <= IDLE) return sandbox;
    deployed.idle.length = 0;
    return undefined;
  }

  async #start(deployed: Deployed): Promise<Sandbox> {
    const { world, telemetry, clockOf } = this.#parts;
    const { settings } = deployed;
    deployed.handler ??= await world.external(settings.load());
    const sink = telemetry(settings);
    const clock = clockOf?.(settings) ?? world;
    return new Sandbox(settings, deployed.handler, settings.environment, (alive) => ({
      clock,
      telemetry: whileAlive(sink, alive),
    }));
  }

  #run(deployed: Deployed, sandbox: Sandbox, payload: string): Promise<Outcome> {
    const { world, strike } = this.#parts;
    const { settings, counts } = deployed;
    return new Promise((resolve, reject) => {
      const finish = (outcome: Outcome, reusable: boolean): void => {
        if (!this.#inFlight.delete(flight)) return;
        sandbox.requestId = undefined;
        sandbox.crash = undefined;
        deadline.cancel();
        blow?.cancel();
        if (reusable) {
          sandbox.idleSince = world.now();
          deployed.idle.push(sandbox);
        }
        resolve(outcome.ok ? outcome : this.#failed(deployed, outcome));
      };
      const flight: InFlight = { of: settings, end: (outcome) => finish(outcome, false) };
      this.#inFlight.add(flight);
      sandbox.requestId = uuid(world.random('functions.ids'));
      sandbox.crash = () => flight.end(struck('Runtime.ExitError'));
      const deadline = world.after(seconds(settings.timeoutSeconds), () => {
        counts.timeouts++;
        finish(timedOut(sandbox.requestId, settings.timeoutSeconds), false);
      });
      const planned = strike?.(settings);
      const strikeDown = () => finish(struck(planned!.as), false);
      const blow = planned && planned.after !== 'end' ? world.after(planned.after, strikeDown) : undefined;
      const answer = (outcome: Outcome) => (planned?.after === 'end' ? strikeDown() : finish(outcome, true));
      sandbox.run(payload).then(
        (result) => answer({ ok: true, payload: JSON.stringify(result) ?? 'null' }),
        (thrown) => (isNotModelled(thrown) ? reject(thrown) : answer(thrownBy(thrown))),
      );
    });
  }

  #failed(deployed: Deployed, outcome: Outcome): Outcome {
    deployed.counts.errors++;
    this.#measure(deployed, 'Errors', 1);
    return outcome;
  }

  #measure(deployed: Deployed, metric: string, value: number): void {
    this.#parts.measure?.(deployed.settings, metric, value);
  }
}

/** A hole in the embedded cloud is no failure of the function, however deep the handler wrapped it. */
const isNotModelled = (thrown: unknown): boolean =>
  thrown instanceof NotModelled || (thrown instanceof Error && isNotModelled(thrown.cause));

const struck = (as: Blow['as']): Outcome =>
  serviceFailure(
    as satisfies ServiceFailure,
    'RequestId: unknown Error: Runtime exited with error: signal: killed',
  );

/** What a dead process would have said is not heard. */
const whileAlive = (sink: Telemetry, alive: () => boolean): Telemetry => ({
  info: (...line) => alive() && sink.info(...line),
  error: (...line) => alive() && sink.error(...line),
  metric: (...point) => alive() && sink.metric(...point),
});
