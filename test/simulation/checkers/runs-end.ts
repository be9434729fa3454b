import type { Stage } from '../../../cli/stage.ts';
import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import { type Duration, earlier, hours, type Instant, iso } from '../../../core/time/instant.ts';
import type { Attempt, Disturbance } from '../../../embedded/sdk/transport.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { type Checker, type Run, regionsOf } from './checker.ts';

/** The longest honest run of a tool in the small installations takes minutes. */
const AT_MOST: Duration = hours(3);

/**
 * What one piece of work has started of an engine's tool runs once: no second run beside the first, and none goes on
 * when nothing needs it any more.
 */
export class RunsEnd implements Checker, Disturbance {
  readonly name = 'runs-end';
  readonly watch = this;
  readonly violations: string[] = [];
  /** How many runs were seen: a run without any proves nothing. */
  started = 0;
  #stage: Stage | undefined;

  begin({ stage }: Pick<Run, 'stage'>): void {
    this.#stage = stage;
  }

  before(): void {}

  after({ service, operation, input, call }: Attempt): void {
    if (service !== 'ecs' || operation !== 'RunTask' || !this.#stage) return;
    const { startedBy } = input as { readonly startedBy?: string };
    this.started++;
    const beside = this.#stage.cloud.ecs
      .running(call.region)
      .filter((task) => task.startedBy === startedBy && task.desiredStatus === 'RUNNING');
    if (startedBy !== undefined && beside.length > 1)
      this.violations.push(
        `${iso(call.now)} ${beside.length} runs go on at once for ${startedBy} in ${call.region}`,
      );
  }

  daily({ stage }: Pick<Run, 'stage'>): readonly string[] {
    return tooLong(stage);
  }

  judge({ stage }: Pick<Run, 'stage'>): readonly string[] {
    return [
      ...this.violations,
      ...tooLong(stage),
      ...regionsOf(stage).flatMap((region) => unneeded(stage, region)),
    ];
  }
}

const tooLong = (stage: Stage): string[] =>
  regionsOf(stage).flatMap((region) =>
    stage.cloud.ecs
      .running(region)
      .filter(({ createdAt }) => createdAt < earlier(stage.now, AT_MOST))
      .map((task) => `${told(task)} in ${region}`),
  );

/** Healed, whatever runs is for a capture, a restore or a supervision that is under way. */
function unneeded(stage: Stage, region: string): string[] {
  const { points } = catalogOf(stage, region);
  const working = new Set(points.filter(({ state }) => IN_FLIGHT.has(state)).map(({ id }) => id as string));
  const busy = stage.cloud.states.machines
    .filter((machine) => machine.region === region && /-(restore|supervise)$/.test(machine.name))
    .some(({ arn }) => stage.cloud.states.list(arn).some(({ status }) => status === 'RUNNING'));
  return busy
    ? []
    : stage.cloud.ecs
        .running(region)
        .filter(({ startedBy = '' }) => !working.has(startedBy))
        .map((task) => `${told(task)} in ${region}, and nothing needs it`);
}

const told = ({
  family,
  id,
  startedBy,
  createdAt,
}: {
  family: string;
  id: string;
  startedBy: string | undefined;
  createdAt: Instant;
}): string => `${family} ${id}, started for ${startedBy ?? 'nobody'}, runs since ${iso(createdAt)}`;
