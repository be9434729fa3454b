import { type Instant, later, seconds } from '../../core/time/instant.ts';
import type { Fate } from '../rds/operation.ts';
import { type Attempt, NoAnswer } from '../sdk/transport.ts';
import type { AwsError } from '../service.ts';
import type { Draws } from './draws.ts';
import type { FaultKind } from './mix.ts';
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

/** One refusal in so many begins a storm: faults of a real service come in bursts, which outlast the SDK's retries. */
const STORM = 0.05;
const STORM_SHARE = 0.9;
const STORM_SECONDS: readonly [number, number] = [5, 300];

const FATES: Readonly<Record<Fate, FaultKind>> = {
  fails: 'snapshot-fails',
  hangs: 'snapshot-hangs',
  vanishes: 'snapshot-vanishes',
};

const SNAPSHOT_NAMES: Readonly<Record<string, string>> = {
  CreateDBClusterSnapshot: 'DBClusterSnapshotIdentifier',
  CopyDBClusterSnapshot: 'TargetDBClusterSnapshotIdentifier',
};

/** What goes wrong with one attempt of one call, before its effect and after it. */
export class AroundCalls {
  readonly #draws: Draws;
  readonly #storms = new Map<FaultKind, Instant>();

  constructor(draws: Draws) {
    this.#draws = draws;
    // A fate that was laid on a name whose snapshot never began would take the next one of that name.
    draws.atHeal((cloud) => {
      cloud.rds.endFates(cloud.world.now());
      cloud.ec2.endFates(cloud.world.now());
    });
  }

  before(attempt: Attempt): void {
    const { service, operation } = attempt;
    if (isDisturbed(service)) {
      this.#refuse(`throttle.${service}`, attempt, THROTTLED[service]);
      this.#refuse(`server-error.${service}`, attempt, BROKEN[service]);
    }
    if (ANSWERS_200_WITH_ERROR.has(operation))
      this.#refuse('copy-answers-200-with-error', attempt, () =>
        failedCopy(this.#draws.stream('copy-answers-200-with-error').pick(['SlowDown', 'InternalError'])),
      );
    if (hasEffect(operation)) {
      this.#kill('killed-before-call', attempt);
      this.#hang(attempt, 'before its effect');
    }
    if (service === 'rds') this.#spoil(attempt);
    if (service === 'ec2') this.#spoilVolumes(attempt);
  }

  after(attempt: Attempt): void {
    if (!hasEffect(attempt.operation)) return;
    this.#kill('killed-after-call', attempt);
    this.#hang(attempt, 'after its effect');
    if (!this.#draws.strikes('lost-answer')) return;
    this.#draws.record('lost-answer', told(attempt));
    throw lostAnswer(attempt.operation);
  }

  #refuse(kind: FaultKind, attempt: Attempt, error: () => AwsError): void {
    const draws = this.#draws;
    const { now } = attempt.call;
    const stormy = now < (this.#storms.get(kind) ?? 0);
    const strikes = stormy ? draws.stream(kind).chance(STORM_SHARE) : draws.strikes(kind);
    if (!strikes) return;
    if (!stormy && draws.stream(kind).chance(STORM))
      this.#storms.set(kind, later(now, seconds(draws.stream(kind).between(...STORM_SECONDS))));
    draws.record(kind, told(attempt));
    throw error();
  }

  /** Of the execution environment whose call it is. Nobody hears it die; before the call, the effect is kept away. */
  #kill(kind: 'killed-before-call' | 'killed-after-call', attempt: Attempt): void {
    if (!this.#draws.strikes(kind)) return;
    this.#draws.record(kind, told(attempt));
    attempt.kill?.();
    throw new NoAnswer();
  }

  /** A connection that neither answers nor breaks: the SDK waits without end, so Lambda's own time limit ends the run. */
  #hang(attempt: Attempt, when: string): void {
    if (!this.#draws.strikes('killed-at-deadline')) return;
    this.#draws.record('killed-at-deadline', `${told(attempt)}, ${when}`);
    throw new NoAnswer();
  }

  #spoil({ operation, input, call }: Attempt): void {
    const member = SNAPSHOT_NAMES[operation];
    if (member === undefined) return;
    const id = (input as Readonly<Record<string, string>>)[member]!;
    for (const [fate, kind] of Object.entries(FATES) as [Fate, FaultKind][]) {
      if (!this.#draws.strikes(kind)) continue;
      this.#draws.record(kind, `${id} in ${call.region}`);
      this.#draws.cloud!.rds.spoilSnapshot(call.region, id, fate);
      return;
    }
  }

  /** The next set of an instance's volumes, or the next copy of a snapshot. EBS loses no snapshot that it has begun. */
  #spoilVolumes({ operation, input, call }: Attempt): void {
    const { InstanceSpecification: of, SourceSnapshotId } = input as {
      readonly InstanceSpecification?: { readonly InstanceId: string };
      readonly SourceSnapshotId?: string;
    };
    const id = operation === 'CreateSnapshots' ? of?.InstanceId : SourceSnapshotId;
    if (id === undefined || !/^(CreateSnapshots|CopySnapshot)$/.test(operation)) return;
    for (const fate of ['fails', 'hangs'] as const) {
      if (!this.#draws.strikes(FATES[fate])) continue;
      this.#draws.record(FATES[fate], `snapshots of ${id} in ${call.region}`);
      this.#draws.cloud!.ec2.spoil(call.region, id, fate);
      return;
    }
  }
}

const isDisturbed = (service: string): service is Disturbed =>
  (DISTURBED as readonly string[]).includes(service);

/** A call in words, for the log. */
export const told = ({ service, operation, call, owner, attempt }: Attempt): string =>
  `${service} ${operation} in ${call.region} by ${owner}, attempt ${attempt}`;
