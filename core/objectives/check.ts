import { InvariantViolation, ObjectivesNotMet } from '../errors/registry.ts';
import { type Cluster, type Installation, type Plan, planOf } from '../plan/installation.ts';
import { type Duration, type Instant, milliseconds, speak } from '../time/instant.ts';
import { HORIZON, type Loss, type Term, worstLoss } from './loss.ts';
import { type Outage, outageOf } from './outage.ts';

/** What a plan can promise for one cluster, and whether that meets its objectives. */
export interface Arithmetic {
  readonly cluster: string;
  readonly plan: string;
  /** Undefined when the plan runs less than twice a year: then no loss is the worst. */
  readonly loss: Duration | undefined;
  readonly outage: Duration;
  readonly met: boolean;
  /** The sums, for a person to follow. */
  readonly lines: readonly string[];
}

const spoken = (terms: readonly Term[]): string =>
  terms.map(({ what, length }) => `${speak(length)} (${what})`).join(' + ');

function lossLine(loss: Loss | undefined, { objectives }: Plan): string {
  if (!loss)
    return `  loss     without bound: the rules run less than twice in ${speak(HORIZON)}; add a rule that runs`;
  const held = loss.by === 'log' ? ' while the log runs' : '';
  const sum = `  loss     ${spoken(loss.terms)} = ${speak(loss.total)}${held}`;
  if (loss.total <= objectives.rpo) return `${sum}, within rpo ${speak(objectives.rpo)}`;
  const over = `over rpo ${speak(objectives.rpo)} by ${speak(milliseconds(loss.total - objectives.rpo))}`;
  // More runs do not help where the log is what counts: its rhythm is the engine's.
  if (loss.by === 'log')
    return `${sum}, ${over}: no log promises less; have the engine flush it more often and lower logFlush, or set rpo to ${speak(loss.total)} or more`;
  return `${sum}, ${over}: run more often, shorten what is added, or set rpo to ${speak(loss.total)} or more`;
}

function outageLines({ terms, total, uncounted }: Outage, { objectives }: Plan): readonly string[] {
  const sum = `  restore  ${spoken(terms)} = ${speak(total)}`;
  const left = uncounted === undefined ? [] : [`           ${uncounted}`];
  if (total <= objectives.rto) return [`${sum}, within rto ${speak(objectives.rto)}`, ...left];
  const replays = terms.length > 2 ? 'take full backups more often, ' : '';
  return [
    `${sum}, over rto ${speak(objectives.rto)} by ${speak(milliseconds(total - objectives.rto))}: raise restoreRate if a drill has measured a better one, ${replays}split the cluster, or set rto to ${speak(total)} or more`,
    ...left,
  ];
}

function arithmeticOf(installation: Installation, cluster: Cluster, from: Instant): Arithmetic {
  const plan = planOf(installation, cluster);
  if (!plan)
    throw new InvariantViolation(
      `cluster ${cluster.name} names plan ${cluster.plan}, which validation lets through`,
    );
  const loss = worstLoss(plan, cluster, from);
  const outage = outageOf(cluster, plan, from);
  return {
    cluster: cluster.name,
    plan: plan.name,
    loss: loss?.total,
    outage: outage.total,
    met: loss !== undefined && loss.total <= plan.objectives.rpo && outage.total <= plan.objectives.rto,
    lines: [
      `${cluster.name} (plan ${plan.name}, ${cluster.engine}; survives the loss of its ${plan.objectives.survives})`,
      lossLine(loss, plan),
      ...outageLines(outage, plan),
    ],
  };
}

/** Works out, for the year after `from`, what each cluster's plan can promise at the worst moment. */
export const checkObjectives = (installation: Installation, from: Instant): readonly Arithmetic[] =>
  installation.clusters.map((cluster) => arithmeticOf(installation, cluster, from));

/** The refusal of plans that cannot meet their own objectives, with the sums; undefined when all can. */
export function refusalOf(checked: readonly Arithmetic[]): ObjectivesNotMet | undefined {
  const missed = checked.filter(({ met }) => !met);
  if (missed.length === 0) return undefined;
  const count = missed.length === 1 ? 'one cluster' : `${missed.length} clusters`;
  return new ObjectivesNotMet(
    [`the plans of ${count} cannot meet their objectives:`, ...missed.flatMap(({ lines }) => lines)].join(
      '\n',
    ),
    { clusters: missed.map(({ cluster }) => cluster).join(', ') },
  );
}
