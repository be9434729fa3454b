import type { HoldfastInput } from '../../core/plan/input.ts';
import config from '../../holdfast.config.ts';
import { ACCOUNT, PRIMARY, RECOVERY } from './synthesized.ts';

export const secretOf = (region: string): string =>
  `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:shop-tls-AbCdEf`;
export const TIKV = `arn:aws:iam::${ACCOUNT}:role/shop-tikv`;
/** In an account of its own. */
export const TIKV_THERE = 'arn:aws:iam::222222222222:role/shop-tikv-recovery';

const networks = { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] };
const common = { engine: 'tidb', plan: 'gold', expectedSize: '100 GB', version: 'v8.5.1' } as const;

/** `shop` has everything that can be named. */
export const shop = {
  ...common,
  reach: { pd: 'pd.shop.internal:2379', ...networks, tls: secretOf(PRIMARY), tikvRole: TIKV },
  restoreInto: {
    [RECOVERY]: {
      reach: {
        pd: 'pd.shop-recovery.internal:2379',
        ...networks,
        tls: secretOf(RECOVERY),
        tikvRole: TIKV_THERE,
      },
    },
  },
} as const;

/** `till` has no more than it must, and is restored nowhere. */
export const till = { ...common, reach: { pd: 'pd.till.internal:2379', ...networks } } as const;

/** The example installation with TiDB clusters beside what it has. */
export const withTidb = (clusters: HoldfastInput['clusters']): HoldfastInput => ({
  ...config,
  clusters: { ...config.clusters, ...clusters },
});
