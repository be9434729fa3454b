import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import type { Epoch } from '../../../core/groups/group.ts';
import type { FailoverWish, MemberSituation } from '../../../core/groups/plan.ts';
import { forecastOf } from '../../../core/objectives/forecast.ts';
import { type Cluster, type Installation, standbyOf } from '../../../core/plan/installation.ts';
import { isLeftBehind } from '../../../core/standby/record.ts';
import { days, earlier, type Instant } from '../../../core/time/instant.ts';
import { logsOf } from '../../shared/log-situation.ts';
import { planFor } from '../../shared/lookups.ts';
import type { TaskPorts } from '../../shared/ports.ts';

type Ports = Pick<TaskPorts, 'region' | 'catalog'>;

/** What is older says nothing of how long a restore takes today. */
const FORECAST_FROM = days(90);

/** Reads what is known of a member in this region. No log is written here by an engine: it reaches as far as is recorded. */
export async function situationOf(
  cluster: Cluster,
  installation: Installation,
  wish: FailoverWish,
  epoch: Epoch | undefined,
  ports: Ports,
  now: Instant,
): Promise<MemberSituation> {
  const { catalog, region } = ports;
  const { name } = cluster;
  const plan = planFor(installation, cluster);
  const chainPorts = { ...ports, checkpointIn: async () => undefined };
  const logs = await logsOf(cluster, installation.regions.primary, chainPorts, now);
  const [copies, points, restores, standby] = await Promise.all([
    logs?.copies ?? copiesFor(wish, name, ports),
    catalog.points(name, earlier(now, FORECAST_FROM)),
    catalog.restores(name),
    standbyOf(cluster)?.region === region ? catalog.standby(name, region) : undefined,
  ]);
  return {
    cluster,
    plan,
    restorable: { cluster: name, region, ...(logs ?? { copies }), now },
    // What it holds since its group went home is no state of today, and no second truth.
    ...(standby && !isLeftBehind(standby, epoch) && { standby }),
    forecast: forecastOf(cluster, plan, { points, restores }, now).duration,
  };
}

/** Of ten thousand copies, the few that decide; for instants that lie together, any of them may. */
async function copiesFor(
  wish: FailoverWish,
  cluster: string,
  { catalog, region }: Ports,
): Promise<readonly CopyRecord[]> {
  if (wish.kind === 'together') return catalog.copies(cluster, region);
  const asked = await Promise.all([
    catalog.oldestProven(cluster, region),
    catalog.newestProven(cluster, region),
    wish.kind === 'instant' ? catalog.newestProven(cluster, region, wish.at) : undefined,
  ]);
  const found = asked.filter((copy) => copy !== undefined);
  return found.length > 0 ? found : catalog.copies(cluster, region);
}
