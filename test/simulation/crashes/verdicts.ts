import type { Stage } from '../../../cli/stage.ts';
import type { EventName } from '../../../core/catalog/events.ts';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { catalogsAgree } from '../checkers/catalogs-agree.ts';
import { regionsOf } from '../checkers/checker.ts';
import { floorAndHolds } from '../checkers/floor-and-holds.ts';
import { permissionsSuffice } from '../checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from '../checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from '../checkers/vault-holds-what-is-named.ts';
import { HOME } from '../installations.ts';
import { running } from './preparing.ts';
import type { Ended } from './scenario.ts';
import { truthInVault } from './truth-in-vault.ts';

/** Lambda tries an event three times, then it waits for a person in a queue that has an alarm. */
export const EVENT_ATTEMPTS = 3;

/** What holds after every scenario, whatever it was about. */
export const judgeTheWhole = ({ stage, crashes }: Ended): readonly string[] => [
  ...running(stage).map(({ name, machine }) => `${machine.name} still runs ${name} in ${machine.region}`),
  ...catalogsAgree(stage),
  ...permissionsSuffice(stage),
  ...regionsOf(stage).flatMap((region) => [
    ...floorAndHolds(stage, region),
    ...vaultHoldsWhatIsNamed(stage, region),
  ]),
  ...(crashes < EVENT_ATTEMPTS ? undelivered(stage) : []),
];

/** The points that the scenario itself made. */
export const newPoints = ({ stage, cluster, points }: Ended): readonly RecoveryPoint[] =>
  catalogOf(stage, HOME).points.filter((point) => point.cluster === cluster && !points.includes(point.id));

/** Each machine ended well whenever it ran: a crash is repeated, and a repetition finds what was done. */
export const executionsSucceeded = ({ stage }: Ended, ...machines: readonly string[]): readonly string[] =>
  stage.cloud.states.machines
    .filter(({ name }) => machines.includes(name.replace(/^holdfast-/, '')))
    .flatMap(({ arn }) => stage.cloud.states.list(arn))
    .filter(({ status }) => status !== 'SUCCEEDED')
    .map(
      ({ name, machine, status, error, cause }) => `${machine.name} ${name} is ${status}: ${error}: ${cause}`,
    );

/** Exactly these kinds of events were heard about a point, each at least once: a repetition may say it again. */
export function announced({ heard }: Ended, id: string, names: readonly EventName[]): readonly string[] {
  const told = new Set(heard.filter((event) => event.recoveryPoint === id).map(({ name }) => name));
  const alarming = heard.filter(({ name }) => /Failed|Refused|Quarantined|Breached/.test(name));
  return [
    ...names.filter((name) => !told.has(name)).map((name) => `nobody heard ${name} of ${id}`),
    ...alarming.map(({ name, sentence }) => `${name} was announced: ${sentence}`),
  ];
}

/** A region claims a point, as what the point was sealed with. */
export function provenIn({ stage }: Ended, id: string, region: string): readonly string[] {
  const { copies, points } = catalogOf(stage, region);
  const copy = copies.find((one) => one.id === id && one.region === region);
  const root = points.find((point) => point.id === id)?.content?.root;
  if (copy?.state !== 'proven') return [`${id} is ${copy?.state ?? 'unknown'} in ${region}`];
  return copy.root === root ? [] : [`${id} has root ${copy.root} in ${region} and was sealed with ${root}`];
}

/**
 * What a point holds in a region is exactly what the application had at its instant: the bytes that its manifest names
 * are compared, and in thorough runs an operator restores it.
 */
export async function holdsTheTruth(ended: Ended, id: string, region: string): Promise<readonly string[]> {
  const { stage, cluster, engine, thorough } = ended;
  return [
    ...(engine === 'objects' ? truthInVault(stage, region, cluster, id) : []),
    ...(thorough ? (await restoreEqualsTruth(stage, region, cluster, id)).violations : []),
  ];
}

/** What an event or schedule could not deliver waits here for a person. */
export const undelivered = (stage: Stage): readonly string[] =>
  stage.cloud.monitoring.totals
    .filter(({ namespace, name, last }) => namespace === 'AWS/SQS' && /Visible/.test(name) && last > 0)
    .map(({ dimensions, region, last }) => `${last} messages lie in ${dimensions['QueueName']} in ${region}`);
