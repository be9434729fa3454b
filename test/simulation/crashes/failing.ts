import { Buffer } from 'node:buffer';
import type { Stage } from '../../../cli/stage.ts';
import type { EventName } from '../../../core/catalog/events.ts';
import { copyAgainName, recoveryPointId, snapshotName } from '../../../core/ids/names.ts';
import { minutes, wholeSecond } from '../../../core/time/instant.ts';
import { landingName, vaultName } from '../../../lib/names.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { AWAY, HOME } from '../installations.ts';
import { backup } from './backup.ts';
import { copy } from './copy.ts';
import { RULE } from './lean-blueprint.ts';
import { letEnd } from './preparing.ts';
import { restore } from './restore.ts';
import { placeIsFree } from './restored.ts';
import type { Ended, FlowScenario } from './scenario.ts';
import { holdsTheTruth, newPoints, provenIn } from './verdicts.ts';

/** A backup that cannot come to a seal: bytes arrive altered, or the engine's snapshot fails. */
export const failingBackup: FlowScenario = {
  ...backup,
  flow: 'failing-backup',
  begin: (stage, cluster, points) => {
    const { s3, rds, account } = stage.cloud;
    alterCopiesInto(s3, vaultName(account, HOME));
    const id = recoveryPointId(cluster, RULE, wholeSecond(stage.now));
    rds.spoilSnapshot(HOME, snapshotName(id), 'fails');
    backup.begin(stage, cluster, points);
  },
  judge: async (ended) => {
    const points = newPoints(ended);
    if (points.length !== 1) return [`one trigger made ${points.length} recovery points`];
    const [{ id, state }] = points as [(typeof points)[0]];
    const [end, event] =
      ended.engine === 'objects'
        ? (['quarantined', 'RecoveryPointQuarantined'] as const)
        : (['failed', 'BackupFailed'] as const);
    return [
      ...(state === end ? [] : [`${id} is ${state} and was to be ${end}`]),
      ...toldOnceAtLeast(ended, id, event),
      ...endedAs(ended, 'backup', 'FAILED'),
      ...(await anotherBackup(ended)),
    ];
  },
};

/** A copy that cannot be proven: bytes arrive altered, or the engine's copy fails. */
export const failingCopy: FlowScenario = {
  ...copy,
  flow: 'failing-copy',
  begin: (stage, cluster, points) => {
    const { s3, rds, account } = stage.cloud;
    alterCopiesInto(s3, vaultName(account, AWAY));
    rds.spoilSnapshot(AWAY, snapshotName(points.at(-1)!), 'fails');
    copy.begin(stage, cluster, points);
  },
  judge: async (ended) => {
    const id = ended.points.at(-1)!;
    const record = catalogOf(ended.stage, AWAY).copies.find((one) => one.id === id && one.region === AWAY);
    return [
      ...(record?.state === 'failed' ? [] : [`the copy of ${id} is ${record?.state}`]),
      ...toldOnceAtLeast(ended, id, 'CopyFailed'),
      ...endedAs(ended, 'copy', 'FAILED'),
      ...(await anotherCopy(ended, id)),
    ];
  },
};

/** A restore whose bytes arrive altered. */
export const failingRestore: FlowScenario = {
  ...restore,
  flow: 'failing-restore',
  engines: ['objects'],
  begin: (stage, cluster, points) => {
    alterCopiesInto(stage.cloud.s3, landingName(stage.cloud.account, HOME));
    restore.begin(stage, cluster, points);
  },
  judge: async (ended) => {
    const id = ended.points.at(-1)!;
    ended.stage.cloud.s3.tamperCopy = undefined;
    return [
      ...toldOnceAtLeast(ended, id, 'RestoreFailed'),
      ...endedAs(ended, 'restore', 'FAILED'),
      ...(await placeIsFree(ended, id)),
    ];
  },
};

type S3 = Ended['stage']['cloud']['s3'];

function alterCopiesInto(s3: S3, bucket: string): void {
  s3.tamperCopy = ({ to }) => (to.bucket === bucket ? Buffer.from('altered on the way') : undefined);
}

const toldOnceAtLeast = ({ heard }: Ended, id: string, name: EventName): readonly string[] =>
  heard.some((event) => event.name === name && event.recoveryPoint === id)
    ? []
    : [`nobody heard ${name} of ${id}`];

const endedAs = ({ stage }: Ended, machine: string, status: string): readonly string[] =>
  stage.cloud.states.machines
    .filter(({ name }) => name === `holdfast-${machine}`)
    .flatMap(({ arn }) => stage.cloud.states.list(arn))
    .filter((execution) => execution.status !== status)
    .map(({ name, status: found }) => `${machine} ${name} is ${found} and was to be ${status}`);

/** What failed is no hindrance: the next backup is sealed, and holds the truth. */
async function anotherBackup(ended: Ended): Promise<readonly string[]> {
  const { stage, cluster } = ended;
  stage.cloud.s3.tamperCopy = undefined;
  const before = new Set(newPoints(ended).map(({ id }) => id));
  const { status, cause } = await stage.execute(HOME, 'backup', { cluster });
  if (status !== 'SUCCEEDED') return [`the backup after it is ${status}: ${cause}`];
  await letEnd(stage);
  const after = newPoints(ended).filter(({ id }) => !before.has(id));
  if (after.length !== 1) return [`the backup after it made ${after.length} recovery points`];
  const [{ id }] = after as [(typeof after)[0]];
  return [...provenIn(ended, id, HOME), ...(await holdsTheTruth(ended, id, HOME))];
}

/** Tried again as its failure said, the copy finds what is there, and is proven. */
async function anotherCopy(ended: Ended, id: string): Promise<readonly string[]> {
  const { stage, cluster } = ended;
  stage.cloud.s3.tamperCopy = undefined;
  // Who copies may not delete: a failed snapshot is for others to remove.
  if (ended.engine === 'aurora') await removeSnapshot(stage, AWAY, snapshotName(id));
  const input = { cluster, recoveryPointId: id, region: AWAY };
  const again = await stage.execute(HOME, 'copy', input, copyAgainName(id, AWAY, stage.now));
  if (again.status !== 'SUCCEEDED') return [`the copy after it is ${again.status}: ${again.cause}`];
  // The catalog of the other region follows.
  await stage.run(minutes(1));
  return [...provenIn(ended, id, AWAY), ...(await holdsTheTruth(ended, id, AWAY))];
}

async function removeSnapshot(stage: Stage, region: string, name: string): Promise<void> {
  const { account, rds } = stage.cloud;
  const call = { account, region, principal: `arn:aws:iam::${account}:root`, now: stage.now };
  rds.call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: name }, call);
  await stage.run(minutes(1));
}
