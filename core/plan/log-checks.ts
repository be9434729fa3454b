import { CAPABILITIES } from '../engines/capabilities.ts';
import type { Capabilities } from '../engines/driver.ts';
import type { Draft, DraftPlan } from './draft.ts';
import { type Check, type Finding, finding } from './finding.ts';
import type { EngineName } from './installation.ts';

/** Why an engine keeps no log of Holdfast's own, for whoever asked for one. */
const NO_LOG: Readonly<Partial<Record<EngineName, string>>> = {
  objects: 'every version of an object is kept by its bucket, and a recovery point pins exact ones',
  aurora: 'RDS keeps a log of its own, which a restore in the same region uses by itself',
  documentdb: 'RDS keeps a log of its own, which a restore in the same region uses by itself',
  neptune: 'RDS keeps a log of its own, which a restore in the same region uses by itself',
  doris:
    'Doris backs up in full only, and what it replicates by (CCR) goes to a standby and cannot be restored from',
  milvus: 'milvus-backup takes full backups only, and Milvus gives its log to nobody',
  ebs: 'EBS takes snapshots of volumes and records no writes between them',
};

/** Why an engine's points are whole already. */
const WHOLE: Readonly<Partial<Record<EngineName, string>>> = {
  objects: 'each capture stores only what is new and is whole all the same',
  doris: 'it parses the word and refuses it; every backup of Doris is full',
  milvus: 'every backup of milvus-backup is full',
};
const WHOLE_SNAPSHOTS = 'AWS stores its snapshots as differences, and each is whole all the same';

function onCluster(
  name: string,
  engine: EngineName,
  can: Capabilities,
  planName: string,
  plan: DraftPlan,
): Finding[] {
  const at = ['clusters', name, 'plan'];
  const incremental = plan.rules.find(({ kind }) => kind === 'incremental');
  return [
    ...(plan.logBackup && !can.logBackup
      ? [
          finding(
            at,
            `plan ${planName} says logBackup: true, and engine ${engine} has no log to back up: ${NO_LOG[engine] ?? 'its driver keeps none'}; use a plan without`,
          ),
        ]
      : []),
    ...(incremental && !can.lineage
      ? [
          finding(
            at,
            `rule ${incremental.name ?? ''} of plan ${planName} says kind: "incremental", which engine ${engine} does not know: ${WHOLE[engine] ?? WHOLE_SNAPSHOTS}; use a plan without`,
          ),
        ]
      : []),
  ];
}

const engines: Check = ({ plans, clusters }: Draft) =>
  Object.entries(clusters).flatMap(([name, { engine, plan }]) => {
    const can = CAPABILITIES[engine as EngineName] as Capabilities | undefined;
    const planned = plan === undefined ? undefined : plans[plan];
    return can && planned && plan !== undefined
      ? onCluster(name, engine as EngineName, can, plan, planned)
      : [];
  });

/** An incremental needs a full before it, and a log one to be replayed on. */
const fulls: Check = ({ plans }) =>
  Object.entries(plans).flatMap(([name, { rules }]) =>
    rules.length > 0 && rules.every(({ kind }) => kind === 'incremental')
      ? [
          finding(
            ['plans', name, 'rules'],
            'every rule is incremental, and an incremental needs a full before it; add a rule of kind "full", such as { name: "weekly", cron: "0 3 ? * SUN *" }',
          ),
        ]
      : [],
  );

/** BR's `log start` takes no filter, so a log holds changes of tables that a filtered full has not. */
const filters: Check = ({ plans, clusters }) =>
  Object.entries(clusters).flatMap(([name, { plan, filter = [] }]) =>
    plan !== undefined && plans[plan]?.logBackup && filter.length > 0
      ? [
          finding(
            ['clusters', name, 'filter'],
            `plan ${plan} says logBackup: true, and a log knows no filter: replayed on a filtered full it would meet tables that are not there; leave the filter out, or use a plan without a log`,
          ),
        ]
      : [],
  );

/** What logs and incrementals ask of an engine, and of a plan. */
export const LOG_CHECKS: readonly Check[] = [engines, fulls, filters];
