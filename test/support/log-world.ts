import { chainId, newChain } from '../../core/log/chain.ts';
import type { Cluster } from '../../core/plan/installation.ts';
import { type Instant, minutes } from '../../core/time/instant.ts';
import { MemoryDriver } from './memory-driver.ts';
import { HOME, PLAN, RECOVERY, TaskWorld } from './task-world.ts';

export const markOf = (at: Instant) => ({ at, mark: (BigInt(at) << 18n).toString() });

const reach = (pd: string) => ({ pd, subnets: ['subnet-1'], securityGroups: ['sg-1'] });

const SHOP: Cluster = {
  name: 'shop',
  plan: 'gold',
  engine: 'tidb',
  logFlush: minutes(5),
  version: 'v8.5.1',
  reach: reach('pd.home:2379'),
  filter: [],
  expectedBytes: 1e9,
  restoreBytesPerSecond: 1e8,
  restoreInto: { [HOME]: { reach: reach('pd.spare:2379') }, [RECOVERY]: { reach: reach('pd.away:2379') } },
};

/** A TiDB cluster `shop` whose plan keeps its log too, and the tasks around it. */
export class LogWorld extends TaskWorld {
  override readonly driver = new MemoryDriver('tidb');

  constructor() {
    super();
    const plan = {
      ...PLAN,
      rules: [...PLAN.rules, { ...PLAN.rules[1]!, name: 'part', kind: 'incremental' as const }],
      objectives: { ...PLAN.objectives, rpo: minutes(5) },
      logBackup: true,
    };
    this.installation = { ...this.installation, plans: [plan], clusters: [SHOP] };
  }

  /** A chain in a region that began at `from` and was seen to cover up to `to` at `seenAt`. */
  async chain(region: string, from: Instant, to: Instant, seenAt: Instant): Promise<string> {
    const name = { cluster: 'shop', region, chain: chainId(from) };
    await this.catalog.openChain(newChain(name, markOf(from), from));
    await this.catalog.advanceChain(name, { checkpoint: markOf(to) }, seenAt);
    return name.chain;
  }
}
