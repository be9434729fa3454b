import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { MANUAL, recoveryPointId } from '../../../core/ids/names.ts';
import { planOf } from '../../../core/plan/installation.ts';
import { earlier, hours, type Instant, iso, wholeSecond } from '../../../core/time/instant.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { machineArn } from '../../../lib/names.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import type { Announced, Heard } from './announced.ts';
import { type Checker, type Run, regionsOf } from './checker.ts';
import type { RecordWatch } from './record-watch.ts';
import { type Due, runsCertain, runsPossible } from './runs-due.ts';
import { SetsBegun } from './sets-begun.ts';

/**
 * When nothing disturbs it, a trigger is delivered within its minute and window, and each of the two functions behind it
 * has three attempts: after this long a point is open or something has said why not.
 */
const OPENED_WITHIN = hours(1);

/**
 * What was to be captured follows from the plans and the clock, not from what happened. For each scheduled instant of
 * each rule, and for each backup that a person asked for, at most one recovery point, one native snapshot and one set of
 * items is begun, however often the trigger was delivered; and in the end each has its point, sealed or with a word that
 * says why not.
 */
export class OneCapturePerTrigger implements Checker {
  readonly name = 'one-capture-per-trigger';
  readonly watch = new SetsBegun();
  readonly #announced: Announced;
  #began: Instant | undefined;

  constructor(records: RecordWatch, announced: Announced) {
    this.#announced = announced;
    records.onWritten((written) => this.watch.know(written));
  }

  begin({ stage, began }: Pick<Run, 'stage' | 'began'>): void {
    this.#began = began;
    this.#announced.begin(stage);
  }

  judge({ stage }: Pick<Run, 'stage'>): readonly string[] {
    const { points } = catalogOf(stage, stage.installation.regions.primary);
    const possible = runsPossible(stage, this.#began!, stage.now);
    const due = runsCertain(stage, this.#began!, stage.now);
    return [
      ...this.watch.violations,
      ...openedOnce(points, new Set([...possible.map(({ id }) => id), ...firstFulls(stage)])),
      ...regionsOf(stage).flatMap((region) => {
        const executions = stage.cloud.states.list(machineArn(stage.cloud.account, region, 'backup'));
        const account = new Account(points, executions, this.#announced, region);
        return [
          ...due
            .filter((run) => run.region === region)
            .filter(({ at, rule }) => at + rule.flexibleWindow < earlier(stage.now, OPENED_WITHIN))
            .flatMap((run) => account.ofRun(run)),
          ...executions.flatMap((execution) => account.ofManual(execution)),
        ];
      }),
    ];
  }
}

/** Of a log that has none, supervision takes a full by itself: as a run of the plan's first full rule at its own second. */
function firstFulls({ cloud, installation, deployed }: Run['stage']): string[] {
  const looks = cloud.states.list(machineArn(cloud.account, installation.regions.primary, 'supervise'));
  const rules = deployed.flatMap(({ installation: of }) =>
    of.clusters.flatMap((cluster) => {
      const plan = planOf(of, cluster);
      return plan?.logBackup
        ? plan.rules.filter(({ kind }) => kind === 'full').map(({ name }) => [cluster.name, name] as const)
        : [];
    }),
  );
  return looks.flatMap(({ startedAt }) =>
    rules.map(([cluster, rule]) => recoveryPointId(cluster, rule, wholeSecond(startedAt))),
  );
}

/** No point but those that a plan or a person asked for, and none that shares its execution with another. */
function openedOnce(points: readonly RecoveryPoint[], due: ReadonlySet<string>): string[] {
  const byExecution = Map.groupBy(points, ({ execution }) => execution);
  return [
    ...points
      .filter(({ id, rule }) => rule !== MANUAL && !due.has(id))
      .map(({ id, scheduledAt }) => `${id} was opened, and no rule has a run at ${iso(scheduledAt)}`),
    ...[...byExecution]
      .filter(([, opened]) => opened.length > 1)
      .map(([execution, opened]) => `${execution} opened ${opened.map(({ id }) => id).join(' and ')}`),
  ];
}

/** Gives account of what became of each trigger. */
class Account {
  readonly #points: ReadonlyMap<string, RecoveryPoint>;
  readonly #opened: ReadonlySet<string>;
  readonly #executions: ReadonlyMap<string, Execution>;
  readonly #heard: readonly Heard[];
  readonly #undelivered: readonly string[];

  constructor(
    points: readonly RecoveryPoint[],
    executions: readonly Execution[],
    announced: Announced,
    region: string,
  ) {
    this.#points = new Map(points.map((point) => [point.id, point]));
    this.#opened = new Set(points.map(({ execution }) => execution));
    this.#executions = new Map(executions.map((execution) => [execution.name, execution]));
    this.#heard = announced.heard;
    this.#undelivered = announced.undelivered(region).map(({ body }) => body);
  }

  ofRun({ id, at, cluster, rule }: Due): string[] {
    const point = this.#points.get(id);
    if (point) return this.#ofPoint(point);
    const execution = this.#executions.get(id);
    if (execution)
      return this.#toldOf(execution, cluster.name)
        ? []
        : [`${id} was never opened, its execution is ${execution.status}, and no event says why`];
    // Neither a point nor an execution: the trigger itself must lie where it is looked for.
    const lost = this.#undelivered.some((body) => body.includes(rule.name) && body.includes(iso(at)));
    return lost ? [] : [`nothing came of the run of ${rule.name} at ${iso(at)}: no ${id}, and no word of it`];
  }

  /** Asked for by a person: no rule is in its input. */
  ofManual(execution: Execution): string[] {
    const request = execution.data as { readonly cluster?: string; readonly rule?: string };
    if (request.rule !== undefined || execution.status === 'RUNNING') return [];
    if (this.#opened.has(execution.arn)) return [];
    // Whoever asks on the wrong side sees it refused, and nothing has to be done.
    if (execution.error === 'FencedOff') return [];
    const { cluster = '' } = request;
    // Two in one second ask for the same point, and the second finds the first.
    const together = [...this.#executions.values()].some(
      (other) => other !== execution && this.#opened.has(other.arn) && sameSecond(other, execution),
    );
    if (together || this.#toldOf(execution, cluster)) return [];
    return [`${execution.name} asked for a backup of ${cluster}, is ${execution.status}, and opened nothing`];
  }

  #ofPoint({ id, state, openedAt }: RecoveryPoint): string[] {
    if (state !== 'failed' && state !== 'quarantined') return [];
    const said = this.#heard.some(
      ({ event: { name, recoveryPoint } }) =>
        recoveryPoint === id && (name === 'BackupFailed' || name === 'RecoveryPointQuarantined'),
    );
    return said ? [] : [`${id}, opened at ${iso(openedAt)}, is ${state}, and no event says so`];
  }

  /** An execution that opened no point can only be named by its cluster, or by its ARN in the reason. */
  #toldOf(execution: Execution, cluster: string): boolean {
    return this.#heard.some(
      ({ at, event }) =>
        event.name === 'BackupFailed' &&
        event.recoveryPoint === undefined &&
        event.cluster === cluster &&
        at >= execution.startedAt,
    );
  }
}

const sameSecond = (a: Execution, b: Execution): boolean =>
  Math.floor(a.startedAt / 1_000) === Math.floor(b.startedAt / 1_000);
