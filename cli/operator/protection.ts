import { HoldfastError } from '../../core/errors/registry.ts';
import { gather } from '../../core/objectives/gather.ts';
import { type Label, labelKey, protectionOf } from '../../core/objectives/label.ts';
import type { ScrubFinding } from '../../core/objectives/situation.ts';
import { clusterOf, planOf } from '../../core/plan/installation.ts';
import { parseInstant } from '../../core/time/instant.ts';
import type { Operator } from './operator.ts';
import { unknownCluster } from './overview.ts';

type Scrub = (cluster: string, region: string) => Promise<ScrubFinding | undefined>;

/** Made now, from what the catalog's replica of the operator's region says. */
export async function labelNow(name: string, operator: Operator, scrub: Scrub): Promise<Label> {
  const { installation, region, now } = operator;
  const cluster = clusterOf(installation, name);
  const plan = cluster && planOf(installation, cluster);
  if (!cluster || !plan) throw unknownCluster(name, operator);
  const sources = { catalog: operator.catalog(region), ...operator.records(region), scrub };
  return protectionOf(await gather({ installation, cluster, plan, since: now }, sources, now), now).label;
}

/** For a look at all clusters, which reads the catalog only. */
export const scrubsUnasked: Scrub = async () => undefined;

/**
 * What each region's watcher wrote down of its own scrub, within the hour. A vault that cannot be read is one of which
 * nothing is known: the rest of a label is needed most when a region is dark.
 */
export const scrubsInVaults =
  ({ vault }: Operator): Scrub =>
  async (cluster, region) => {
    const label = await orNothing(async () => {
      const { store, bucket } = await vault(region);
      const bytes = await store.get(bucket, labelKey(cluster));
      return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Label);
    });
    const own = label?.regions.find((each) => each.region === region);
    const at = parseInstant(own?.lastScrub ?? '');
    return at === undefined ? undefined : { at, open: own?.unmended ?? 0 };
  };

async function orNothing<Found>(look: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof HoldfastError && error.family !== 'defect') return undefined;
    throw error;
  }
}
