import { drills as codec } from '../../../adapters/aws/dynamo-drill-items.ts';
import type { Stage } from '../../../cli/stage.ts';
import type { DrillRecord } from '../../../core/drills/drill.ts';
import { DRILL_FOLDER, DRILL_TAG, drillFolder } from '../../../core/drills/isolation.ts';
import { RECEIPTS_PREFIX } from '../../../core/receipts/canonical.ts';
import { hours, iso, later } from '../../../core/time/instant.ts';
import { landingName, vaultName } from '../../../lib/names.ts';
import type { Announced } from './announced.ts';
import { regionsOf } from './checker.ts';
import { itemsIn } from './items.ts';

/** The sweep comes each quarter of an hour, and what it began to remove takes its time. */
const SWEPT_WITHIN = hours(2);
const TOLD = new Set(['DrillPassed', 'DrillFailed', 'DrillOverdue']);

/** Drills of a region as that region has them. */
export const drillsIn = (stage: Stage, region: string): readonly DrillRecord[] =>
  itemsIn(stage, region)
    .filter(({ sk }) => String(sk).startsWith('drill#'))
    .map((item) => codec.decode(item))
    .filter((drill) => drill.region === region);

/** Once all has healed: each drill whose time is over has ended, with a word on the bus and a receipt, and is torn down. */
export const drillsEnd = (stage: Stage, { heard }: Pick<Announced, 'heard'>): string[] =>
  regionsOf(stage).flatMap((region) => {
    const receipts = receiptsIn(stage, region);
    return drillsIn(stage, region)
      .filter(({ deadline }) => later(deadline, SWEPT_WITHIN) < stage.now)
      .flatMap(({ id, state, deadline, tornDownAt }) => {
        const due = `and its deadline was ${iso(deadline)}`;
        const told = heard.some(({ event }) => TOLD.has(event.name) && event.facts?.['drill'] === id);
        return [
          ...(state === 'drilling' ? [`${id} is drilling in ${region}, ${due}`] : []),
          ...(tornDownAt === undefined ? [`${id} in ${region} is not torn down, ${due}`] : []),
          ...(told ? [] : [`${id} in ${region} became ${state}, and no event says so`]),
          ...(receipts.includes(`"${id}"`) ? [] : [`${id} in ${region} became ${state}, and has no receipt`]),
        ];
      });
  });

/** Every receipt of a region, as text. */
const receiptsIn = ({ cloud }: Stage, region: string): string =>
  [...cloud.s3.current(vaultName(cloud.account, region), RECEIPTS_PREFIX)]
    .map(([, { body }]) => body.toString('utf8'))
    .join('\n');

/**
 * Whatever bears the place, the name or the tag of a drill belongs to one whose time is not over yet: objects with their
 * hidden versions, clusters and instances.
 */
export const nothingOfADrillLeft = (stage: Stage): string[] =>
  regionsOf(stage).flatMap((region) => {
    const going = drillsIn(stage, region).filter(
      ({ deadline }) => later(deadline, SWEPT_WITHIN) >= stage.now,
    );
    const ids = new Set(going.map(({ id }) => id));
    return [
      ...foldersOf(stage, region).filter(
        (folder) => !going.some(({ id }) => folder.endsWith(drillFolder(id))),
      ),
      ...tagged(stage, region).flatMap(({ what, drill }) => (ids.has(drill) ? [] : [what])),
    ].map((what) => `${what} is left of a drill in ${region}`);
  });

const asChecker = ({ cloud }: Stage, region: string) =>
  ({ account: cloud.account, region, principal: 'the checker', now: cloud.world.now() }) as const;

/** Folders of drills in the buckets that restores land in. */
function foldersOf(stage: Stage, region: string): readonly string[] {
  const { s3, account } = stage.cloud;
  const named = stage.installation.clusters.flatMap((cluster) =>
    cluster.engine === 'objects'
      ? [cluster.restoreInto[region]?.bucket ?? [], cluster.drillInto?.[region]?.bucket ?? []].flat()
      : [],
  );
  const buckets = [...new Set([landingName(account, region), ...named])].filter((name) => s3.bucket(name));
  const folders = buckets.flatMap((Bucket) => {
    const { Versions = [], DeleteMarkers = [] } = s3.call(
      'ListObjectVersions',
      { Bucket, Prefix: DRILL_FOLDER },
      asChecker(stage, region),
    ) as Readonly<Record<'Versions' | 'DeleteMarkers', readonly { readonly Key: string }[]>>;
    return [...Versions, ...DeleteMarkers].map(
      ({ Key }) => `s3://${Bucket}/${Key.split('/').slice(0, 2).join('/')}/`,
    );
  });
  return [...new Set(folders)];
}

interface Tagged {
  readonly what: string;
  readonly drill: string;
}

function tagged(stage: Stage, region: string): readonly Tagged[] {
  interface Thing {
    readonly DBClusterIdentifier?: string;
    readonly DBInstanceIdentifier?: string;
    readonly TagList?: readonly { readonly Key: string; readonly Value: string }[];
  }
  const all = (operation: string, of: string): readonly Thing[] =>
    (stage.cloud.rds.call(operation, {}, asChecker(stage, region)) as Record<string, readonly Thing[]>)[of]!;
  return [...all('DescribeDBClusters', 'DBClusters'), ...all('DescribeDBInstances', 'DBInstances')].flatMap(
    ({ DBClusterIdentifier: cluster = '', DBInstanceIdentifier: instance, TagList = [] }) => {
      const name = instance ?? cluster;
      const [byName] = /^drill-[a-z0-9-]*?\d{8}t\d{6}z/.exec(name) ?? [];
      const drill = TagList.find(({ Key }) => Key === DRILL_TAG)?.Value ?? byName;
      return drill === undefined ? [] : [{ what: `${instance ? 'instance' : 'cluster'} ${name}`, drill }];
    },
  );
}
