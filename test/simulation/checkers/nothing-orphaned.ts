import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stage } from '../../../cli/stage.ts';
import {
  type Duration,
  days,
  earlier,
  hours,
  type Instant,
  iso,
  parseInstant,
} from '../../../core/time/instant.ts';
import { CATALOG_TABLE, landingName, UNDELIVERED_QUEUE, vaultName } from '../../../lib/names.ts';
import { regionsOf } from './checker.ts';

/*
 * Nothing of Holdfast's is older than its grace without an owner.
 *
 * | class | owner | grace | its source |
 * |---|---|---|---|
 * | multipart uploads in vaults and landing buckets | whoever completes them | 9 d | the buckets abort them after 7 d; S3 looks once a day, at midnight UTC, and rounds up |
 * | clusters that a restore made | its restore's record | none | the record is opened before the cluster is begun; a failed restore leaves its cluster to the operator, by name |
 * | objects in a landing bucket | its restore's record | none | the same |
 * | restores that say `restoring` | their execution | 8 h | the deadline of holdfast-restore ends them, and that end closes the record |
 * | copies | the record of their point | none | the point is opened first, and discarded last |
 * | failed points | nobody; they go by themselves | 400 d | their time to live is set as they fail |
 * | anything else in the catalog | its kind is known | none | the layout of the table |
 * | messages that were given up | whoever the alarm calls | 1 h | the alarm looks every few minutes |
 *
 * Objects and hidden versions in a vault, its scratch, and snapshots: `vault-holds-what-is-named`.
 */
const UPLOADS_AT_MOST: Duration = days(9);
const RESTORE_AT_MOST: Duration = hours(8);
const ALARM_WITHIN: Duration = hours(1);

export function nothingOrphaned(stage: Stage): string[] {
  const items = itemsOf(stage);
  const restores = new Set(
    items.filter(({ sk }) => sk.startsWith('restore#')).map(({ sk }) => sk.slice('restore#'.length)),
  );
  const targets = new Set(
    items.filter(({ sk }) => sk.startsWith('restore#')).map((restore) => restore['target']),
  );
  return [
    ...regionsOf(stage).flatMap((region) => [
      ...uploads(stage, region),
      ...restoredClusters(stage, region, restores),
      ...landed(stage, region, targets),
    ]),
    ...records(items, stage.now),
    ...messages(stage),
  ];
}

const callIn = ({ cloud }: Stage, region: string) => ({
  account: cloud.account,
  region,
  principal: 'root',
  now: cloud.world.now(),
});

function uploads(stage: Stage, region: string): string[] {
  const { account, s3 } = stage.cloud;
  const limit = earlier(stage.now, UPLOADS_AT_MOST);
  return [vaultName(account, region), landingName(account, region)].flatMap((Bucket) => {
    const { Uploads = [] } = s3.call('ListMultipartUploads', { Bucket }, callIn(stage, region)) as {
      readonly Uploads?: readonly { readonly Key: string; readonly Initiated: Date }[];
    };
    return Uploads.filter(({ Initiated }) => Initiated.getTime() < limit).map(
      ({ Key, Initiated }) => `an upload of s3://${Bucket}/${Key} is open since ${Initiated.toISOString()}`,
    );
  });
}

function restoredClusters(stage: Stage, region: string, restores: ReadonlySet<string>): string[] {
  const { DBClusters } = stage.cloud.rds.call('DescribeDBClusters', {}, callIn(stage, region)) as {
    readonly DBClusters: readonly {
      readonly DBClusterIdentifier: string;
      readonly TagList?: readonly { readonly Key: string; readonly Value: string }[];
    }[];
  };
  return DBClusters.flatMap(({ DBClusterIdentifier: name, TagList = [] }) => {
    const restore = TagList.find(({ Key }) => Key === 'holdfast:restore')?.Value;
    return restore === undefined || restores.has(restore)
      ? []
      : [`the cluster ${name} in ${region} was made by the restore ${restore}, of which there is no record`];
  });
}

function landed(stage: Stage, region: string, targets: ReadonlySet<unknown>): string[] {
  const bucket = landingName(stage.cloud.account, region);
  const folders = new Set([...stage.cloud.s3.current(bucket)].map(([key]) => key.split('/', 1)[0]!));
  return [...folders]
    .map((folder) => `s3://${bucket}/${folder}/`)
    .filter((target) => !targets.has(target))
    .map((target) => `${target} was restored, and there is no record of that restore`);
}

interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly [field: string]: unknown;
}

const KIND = /^(?:(?:gone#)?(?:point|copy)#|hold#|restore#|drill#|log#|standby#)/;
const OF_A_GROUP = /^(?:epoch$|move#|member#)/;

function records(items: readonly Item[], now: Instant): string[] {
  const points = new Set(
    items.flatMap(({ pk, sk }) =>
      /^(?:gone#)?point#/.test(sk) ? [`${pk} ${sk.replace(/^gone#/, '')}`] : [],
    ),
  );
  return items.flatMap((item) => {
    const { pk, sk } = item;
    const name = `the record ${pk} ${sk}`;
    // A lease is one item per name, whoever holds it, and says itself until when.
    if (pk === 'lease') return [];
    // Judged by `receipts-follow`.
    if (pk.startsWith('receipts#')) return [];
    // Questions end by themselves; moves are judged by `moves-end`.
    if (pk === 'approval' || (pk.startsWith('group#') && OF_A_GROUP.test(sk))) return [];
    if (!KIND.test(sk)) return [`${name} is of no kind that the table's layout knows`];
    const copyOf = /^(?:gone#)?copy#[^#]+#(.+)$/.exec(sk)?.[1];
    if (copyOf !== undefined && !points.has(`${pk} point#${copyOf}`))
      return [`${name} is a copy of a point of which there is no record`];
    if (sk.startsWith('point#') && item['state'] === 'failed' && typeof item['ttlEpochSeconds'] !== 'number')
      return [`${name} is failed and would stay for ever`];
    const since = parseInstant(String(item['startedAt']));
    if (sk.startsWith('restore#') && item['state'] === 'restoring' && now - since! > RESTORE_AT_MOST)
      return [`${name} is restoring since ${iso(since!)}`];
    return [];
  });
}

function itemsOf(stage: Stage): Item[] {
  const found: Item[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = stage.cloud.dynamodb.call(
      'Scan',
      { TableName: CATALOG_TABLE, ...(from && { ExclusiveStartKey: from }) },
      callIn(stage, stage.installation.regions.primary),
    ) as {
      readonly Items: readonly Record<string, AttributeValue>[];
      readonly LastEvaluatedKey?: typeof from;
    };
    found.push(...page.Items.map((item) => unmarshall(item) as Item));
    from = page.LastEvaluatedKey;
  } while (from);
  return found;
}

/** The queue of what reached nobody is read by people: they are called by its alarm. */
function messages(stage: Stage): string[] {
  const { account, queues, monitoring } = stage.cloud;
  return regionsOf(stage).flatMap((region) => {
    const kept = queues.queue(`arn:aws:sqs:${region}:${account}:${UNDELIVERED_QUEUE}`)?.messages ?? [];
    const limit = earlier(stage.now, ALARM_WITHIN);
    const [oldest] = kept.filter(({ sentAt }) => sentAt < limit);
    const told = monitoring.alarms.some(
      (alarm) =>
        alarm.region === region && alarm.input.AlarmName?.endsWith('undelivered') && alarm.state === 'ALARM',
    );
    return oldest && !told
      ? [
          `${kept.length} messages in ${UNDELIVERED_QUEUE} in ${region}, since ${iso(oldest.sentAt)}, and nobody is told`,
        ]
      : [];
  });
}
