import { compareEnded } from '../../../cli/demo/restoring.ts';
import type { Stage } from '../../../cli/stage.ts';
import { hours, milliseconds, minutes, parseInstant } from '../../../core/time/instant.ts';
import type { WarehouseApplication } from '../../../embedded/applications/warehouse.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { readyToRestore } from '../checkers/ready-to-restore.ts';
import { wrongWith } from '../checkers/restores-during-faults.ts';
import { provenIn } from '../checkers/restores-equal-truth.ts';
import type { Act, Desk } from './operators-desk.ts';

type Scope = Readonly<Record<string, readonly string[]>>;

/** Somebody wants a part of a point: a database, a table, a partition or a collection, at home or away. */
export const restoresPart: Act = async (desk, chance) => {
  const { stage } = desk;
  const occasion = await desk.choice(chance, () => occasions(desk), hours(12));
  if (!occasion) return undefined;
  const { region, cluster, scope } = occasion;
  const to = chance.pick(['latest', ...provenIn(stage, region, cluster).map(({ id }) => id)]);
  if (!readyToRestore(stage, region, cluster)) return undefined;
  const execution = stage.start(region, 'restore', { cluster, to, scope, from: 'backup' });
  void execution.ended.then(() =>
    desk.violations.push(...wrong(stage, { region, cluster, to, scope }, execution)),
  );
  return `${JSON.stringify({ region, cluster, to, scope })}`;
};

const occasions = ({ stage, lit }: Desk) =>
  lit.flatMap((region) =>
    stage.installation.clusters
      .filter(({ name }) => provenIn(stage, region, name).length > 0)
      .flatMap(({ name }) => scopesOf(stage, name).map((scope) => ({ region, cluster: name, scope }))),
  );

function scopesOf(stage: Stage, cluster: string): readonly Scope[] {
  if (stage.milvus.applications.has(cluster))
    return [{ collections: ['shop.items'] }, { collections: ['default.docs'] }, { databases: ['shop'] }];
  return (stage.doris.applications.get(cluster) ?? []).flatMap(({ database }) => [
    { databases: [database] },
    { tables: [`${database}.items`] },
    { partitions: [`${database}.orders.p202603`] },
  ]);
}

interface Asked {
  readonly region: string;
  readonly cluster: string;
  readonly to: string;
  readonly scope: Scope;
}

function wrong(stage: Stage, { region, cluster, to, scope }: Asked, execution: Execution): string[] {
  const told = (what: string): string => `${JSON.stringify(scope)}: ${what}`;
  const configured = stage.configured(cluster);
  if (execution.status !== 'SUCCEEDED' || configured.engine !== 'milvus')
    return wrongWith(compareEnded(stage, region, cluster, to, execution)).map(told);
  const { record, work } = JSON.parse(execution.output!) as {
    readonly record: { readonly restoredTo: string };
    readonly work: { readonly cursor: { readonly remark: string } };
  };
  const only = [
    ...(scope['collections'] ?? []),
    ...(scope['databases'] ?? []).map((name) => `${name}.items`),
  ];
  const at = parseInstant(record.restoredTo)!;
  const { differing, differences } = stage.milvus.compareRestored(configured, region, at, {
    only,
    remark: work.cursor.remark,
  });
  return differing > 0 ? [told(`${differing} entities differ: ${differences.join('; ')}`)] : [];
}

/** Somebody drops a table by mistake, sees it some time later, and wants it back. */
export const dropsTable: Act = async (desk, chance) => {
  const { stage } = desk;
  const occasion = await desk.choice(chance, () => droppable(desk), hours(12));
  if (!occasion) return undefined;
  const { cluster, application, table } = occasion;
  application.dropTable(table);
  await stage.cloud.world.sleep(milliseconds(chance.between(minutes(1), hours(6))));
  const said = await recovered(desk, cluster, application, table);
  return `${application.database}.${table} of ${cluster}: ${said}`;
};

/** Of a database that is captured whole: where tables are named, a missing one fails the capture by name. */
const droppable = ({ stage, isHomeLit }: Desk) =>
  stage.installation.clusters.flatMap((cluster) => {
    if (cluster.engine !== 'doris' || !isHomeLit) return [];
    return stage.doris.applications
      .get(cluster.name)!
      .filter(({ database }) => 'all' in cluster.databases[database]!)
      .flatMap((application) =>
        [...application.tables]
          .filter((table) => table.startsWith('returns'))
          .map((table) => ({ cluster: cluster.name, application, table })),
      );
  });

async function recovered(
  desk: Desk,
  cluster: string,
  application: WarehouseApplication,
  table: string,
): Promise<string> {
  const { stage, home } = desk;
  if (!desk.isHomeLit || !readyToRestore(stage, home, cluster)) return 'not asked for';
  const scope = { tables: [`${application.database}.${table}`] };
  const execution = stage.start(home, 'restore', { cluster, to: 'latest', scope });
  await execution.ended;
  if (execution.status !== 'SUCCEEDED') return execution.error ?? execution.status;
  const { restore } = JSON.parse(execution.output!) as {
    readonly restore: { readonly bin?: readonly object[] };
  };
  if (!restore.bin?.length) return 'from a backup';
  const wrongRows = application.regained(table);
  if (wrongRows > 0)
    desk.violations.push(`${scope.tables[0]} came out of the bin with ${wrongRows} other rows`);
  return 'from the bin';
}
