import { type Duration, type Instant, later, milliseconds, seconds } from '../../core/time/instant.ts';
import type { EmbeddedCloud } from '../cloud.ts';
import type { FunctionIdentity } from '../functions/sandbox.ts';
import type { Blow } from '../functions/settings.ts';
import { type RandomStream, Streams } from '../random/streams.ts';
import type { Fate } from '../rds/operation.ts';
import type { Attempt } from '../sdk/transport.ts';
import { AwsError } from '../service.ts';
import type { Interference } from './hooks.ts';
import { drawMix, FAULT_KINDS, type FaultKind, type Mix, type MixOptions } from './mix.ts';
import {
  ANSWERS_200_WITH_ERROR,
  BROKEN,
  DISTURBED,
  type Disturbed,
  failedCopy,
  hasEffect,
  lostAnswer,
  THROTTLED,
} from './refusals.ts';

interface FaultsOptions extends MixOptions {
  readonly seed: number;
}

/** One refusal in so many begins a storm: faults of a real service come in bursts, which outlast the SDK's retries. */
const STORM = 0.05;
const STORM_SHARE = 0.9;
const STORM_SECONDS: readonly [number, number] = [5, 300];
/** A late delivery is refused again with this chance: half of them are minutes late, few of them hours. */
const STILL_LATE = 0.75;
const STRUCK_AFTER_MS: readonly [number, number] = [1, 3_000];
const STRETCHED_SECONDS: readonly [number, number] = [1, 600];

const FATES: Readonly<Record<Fate, FaultKind>> = {
  fails: 'snapshot-fails',
  hangs: 'snapshot-hangs',
  vanishes: 'snapshot-vanishes',
};

/**
 * Chance against the system: what may go wrong around its calls and between them, each kind from its own stream of the
 * seed and as often as this run's mix says, until `heal`.
 *
 * Never injected, because no correct system could survive it: faults that never end; both regions dark at once, or
 * one region's data gone while the other's copy is broken too; a service that confirms a write and forgets it (a
 * region that burns keeps its disks here); bytes that change together with their checksum; keys that are destroyed;
 * an operator with every right who means harm.
 *
 * Not yet injected: bit rot in a vault, keys that are disabled for a while, objects that change under a copy, SQS
 * redelivery, entries that PutEvents refuses one by one, drifting clocks, a function's deadline, operators.
 *
 * A kill takes all invocations of a function in its region, not one of them. People are never disturbed: what an
 * operator or an application calls stays as it is.
 */
export class Faults implements Interference {
  readonly mix: Mix;
  readonly #streams: Streams;
  readonly #injected = new Map<FaultKind, number>();
  readonly #storms = new Map<FaultKind, Instant>();
  #cloud: EmbeddedCloud | undefined;

  constructor({ seed, ...options }: FaultsOptions) {
    this.#streams = new Streams(seed);
    this.mix = drawMix(this.#streams, options);
  }

  /** From here on things go wrong in this cloud, which was made with this among its disturbances. */
  release(cloud: EmbeddedCloud): void {
    this.#cloud = cloud;
  }

  /** Nothing more goes wrong. What has gone wrong stays so: a snapshot that hangs hangs for ever. */
  heal(): void {
    this.#cloud?.world.log('faults: everything heals');
    this.#cloud = undefined;
  }

  get raging(): boolean {
    return this.#cloud !== undefined;
  }

  /** How often each kind of this mix took place. */
  get injected(): ReadonlyMap<FaultKind, number> {
    return new Map(FAULT_KINDS.map((kind) => [kind, this.#injected.get(kind) ?? 0]));
  }

  /** Kinds that the mix has and that never took place: a test that declares them proves nothing about them. */
  get neverHit(): readonly FaultKind[] {
    return FAULT_KINDS.filter((kind) => this.mix.get(kind)! > 0 && !this.#injected.has(kind));
  }

  /** Has this fault its turn now? The stream of a kind that is off is never drawn from. */
  strikes(kind: FaultKind): boolean {
    const share = this.mix.get(kind)!;
    return this.#cloud !== undefined && share > 0 && this.stream(kind).chance(share);
  }

  stream(kind: FaultKind): RandomStream {
    return this.#streams.stream(`faults.${kind}`);
  }

  /** Counts a fault and writes it into the run's log. */
  record(kind: FaultKind, what: string): void {
    this.#injected.set(kind, (this.#injected.get(kind) ?? 0) + 1);
    this.#cloud?.world.log(`fault ${kind}: ${what}`);
  }

  before(attempt: Attempt): void {
    const { service, operation, owner } = attempt;
    if (!this.#cloud || owner === 'operator') return;
    if (isDisturbed(service)) {
      this.#refuse(`throttle.${service}`, attempt, THROTTLED[service]);
      this.#refuse(`server-error.${service}`, attempt, BROKEN[service]);
    }
    if (ANSWERS_200_WITH_ERROR.has(operation))
      this.#refuse('copy-answers-200-with-error', attempt, () =>
        failedCopy(this.stream('copy-answers-200-with-error').pick(['SlowDown', 'InternalError'])),
      );
    if (hasEffect(operation) && this.strikes('killed-before-call')) {
      this.#kill('killed-before-call', attempt);
      // Nobody hears it: what it keeps away is the effect.
      throw lostAnswer(operation);
    }
    if (service === 'rds') this.#spoil(attempt);
  }

  after(attempt: Attempt): void {
    const { operation, owner } = attempt;
    if (!this.#cloud || owner === 'operator' || !hasEffect(operation)) return;
    if (this.strikes('killed-after-call')) this.#kill('killed-after-call', attempt);
    else if (this.strikes('lost-answer')) {
      this.record('lost-answer', told(attempt));
      throw lostAnswer(operation);
    }
  }

  refuse(target: string, attempt: number): AwsError | undefined {
    const late = attempt === 1 ? this.strikes('delivered-late') : this.#stillLate();
    if (!late) return undefined;
    this.record('delivered-late', `${target}, attempt ${attempt}`);
    return new AwsError('ThrottlingException', 'Rate exceeded');
  }

  again(target: string): boolean {
    if (!this.strikes('delivered-twice')) return false;
    this.record('delivered-twice', target);
    return true;
  }

  strike(of: FunctionIdentity): Blow | undefined {
    if (!this.strikes('killed-in-run')) return undefined;
    const chance = this.stream('killed-in-run');
    const after = milliseconds(chance.between(...STRUCK_AFTER_MS));
    this.record('killed-in-run', `${of.name} in ${of.region}, after ${after} ms unless it has ended`);
    return { after, as: chance.pick(['Runtime.ExitError', 'Lambda.Unknown']) };
  }

  replicationLag(usual: Duration): Duration {
    if (!this.strikes('replication-lag')) return usual;
    const lag = seconds(this.stream('replication-lag').between(...STRETCHED_SECONDS));
    this.record('replication-lag', `${lag / 1_000} s instead of ${usual} ms`);
    return lag;
  }

  #stillLate(): boolean {
    const on = this.#cloud !== undefined && this.mix.get('delivered-late')! > 0;
    return on && this.stream('delivered-late').chance(STILL_LATE);
  }

  #refuse(kind: FaultKind, attempt: Attempt, error: () => AwsError): void {
    const { now } = attempt.call;
    const stormy = now < (this.#storms.get(kind) ?? 0);
    const strikes = stormy ? this.stream(kind).chance(STORM_SHARE) : this.strikes(kind);
    if (!strikes) return;
    if (!stormy && this.stream(kind).chance(STORM))
      this.#storms.set(kind, later(now, seconds(this.stream(kind).between(...STORM_SECONDS))));
    this.record(kind, told(attempt));
    throw error();
  }

  #kill(kind: FaultKind, attempt: Attempt): void {
    this.record(kind, told(attempt));
    const named = [...this.#cloud!.functions.counts.keys()].filter((arn) =>
      arn.endsWith(`:function:${attempt.owner}`),
    );
    // A function's role is of its region, and its name says so: IAM is global to an account.
    const here = named.filter((arn) => attempt.call.principal.includes(arn.split(':')[3]!));
    for (const arn of here) this.#cloud!.functions.kill({ arn });
  }

  #spoil({ operation, input, call }: Attempt): void {
    const member = SNAPSHOT_NAMES[operation];
    if (member === undefined) return;
    const id = (input as Readonly<Record<string, string>>)[member]!;
    for (const [fate, kind] of Object.entries(FATES) as [Fate, FaultKind][]) {
      if (!this.strikes(kind)) continue;
      this.record(kind, `${id} in ${call.region}`);
      this.#cloud!.rds.spoilSnapshot(call.region, id, fate);
      return;
    }
  }
}

const SNAPSHOT_NAMES: Readonly<Record<string, string>> = {
  CreateDBClusterSnapshot: 'DBClusterSnapshotIdentifier',
  CopyDBClusterSnapshot: 'TargetDBClusterSnapshotIdentifier',
};

const isDisturbed = (service: string): service is Disturbed =>
  (DISTURBED as readonly string[]).includes(service);

const told = ({ service, operation, call, owner, attempt }: Attempt): string =>
  `${service} ${operation} in ${call.region} by ${owner}, attempt ${attempt}`;
