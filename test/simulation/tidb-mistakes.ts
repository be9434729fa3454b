import { expect } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { TidbClusterInput } from '../../core/plan/self-run-input.ts';
import { minutes } from '../../core/time/instant.ts';
import { announcements, type Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';

const ACCOUNT = '111122223333';
export const SECRET = `arn:aws:secretsmanager:${HOME}:${ACCOUNT}:secret:vaulted-tls-AbCdEf`;

const reach = (pd: string) => ({ pd, subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] });

const tidb = (name: string, more: Partial<TidbClusterInput> = {}): TidbClusterInput => ({
  engine: 'tidb',
  plan: 'seldom',
  version: 'v8.5.3',
  reach: reach(`pd.${name}:2379`),
  expectedSize: '1 GB',
  ...more,
});

const common = {
  retention: { keepWithin: '3d', minimumKeep: 2 },
  objectives: { rpo: '14d', rto: '4h', survives: 'cluster' },
  copyTo: [],
  grace: '1d',
} as const;

/** One that is whole, and one for each mistake that a configuration does not show. */
export const INSTALLATION: HoldfastInput = {
  name: 'shop',
  account: ACCOUNT,
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    continuous: {
      ...common,
      rules: [{ name: 'daily', cron: '30 22 * * ? *', deadline: '2h' }],
      logBackup: true,
    },
    seldom: { ...common, rules: [{ name: 'weekly', cron: '0 3 ? * SAT *', deadline: '2h' }] },
  },
  clusters: {
    shop: tidb('shop', {
      plan: 'continuous',
      restoreInto: { [HOME]: { reach: reach('pd.beside:2379') } },
    }),
    misspelt: tidb('misspelt', { filter: ['shopp.*'] }),
    astray: tidb('astray'),
    vaulted: tidb('vaulted', { reach: { ...reach('pd.vaulted:2379'), tls: SECRET } }),
  },
};

export interface Said {
  readonly name: string;
  readonly message: string;
}

/** TiDB clusters with what is wrong about them, and the words for what comes of it. */
export class TidbMistakes {
  readonly stage: Stage;
  readonly heard: readonly HoldfastEvent[];

  constructor(blueprint: Blueprint, seed: number) {
    this.stage = blueprint.stage(seed);
    this.heard = announcements(this.stage);
  }

  shop() {
    return this.stage.tidb.fleet.cluster('shop', HOME);
  }

  /** The empty cluster that restores of `shop` fill. */
  beside() {
    return this.stage.tidb.fleet.at(HOME, 'pd.beside:2379')!;
  }

  async live(quarters: number): Promise<void> {
    for (let quarter = 0; quarter < quarters; quarter++) {
      for (let order = 0; order < 4; order++) this.stage.tidb.applications.get('shop')!.act();
      await this.stage.run(minutes(15));
    }
  }

  /** A restore of `shop` as somebody asks for it; answers how it ended. */
  async ask(input: object): Promise<Said> {
    return ending(await this.stage.execute(HOME, 'restore', { cluster: 'shop', ...input }));
  }

  /** One that is begun, and fails: the reason in the catalog and in the event, and what the event says of the target. */
  async failure(input: object): Promise<Said & { readonly sentence: string }> {
    expect((await this.ask(input)).name).toBe('RestoreFailed');
    const { sentence, facts, reason } = this.heard.findLast(({ name }) => name === 'RestoreFailed')!;
    const record = this.stage.catalog(HOME).restore('shop', String(facts!['restore']));
    expect(await this.stage.until(record)).toMatchObject({ state: 'failed', reason });
    return { ...reason!, sentence };
  }

  /** A backup that fails, leaving no recovery point: the reason in the catalog and in the event. */
  async capture(cluster: string): Promise<Said> {
    const execution = await this.stage.execute(HOME, 'backup', { cluster });
    expect(execution.status).toBe('FAILED');
    const { recoveryPoint, reason } = this.heard.findLast(
      (event) => event.name === 'BackupFailed' && event.cluster === cluster,
    )!;
    const point = this.stage.catalog(HOME).point(recoveryPoint!);
    expect(await this.stage.until(point)).toMatchObject({ state: 'failed', reason });
    return reason!;
  }
}
