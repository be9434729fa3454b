import { Buffer } from 'node:buffer';
import type { Stage } from '../../../cli/stage.ts';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import type { MoveKind } from '../../../core/groups/move.ts';
import { hours, iso, minutes, wholeSecond } from '../../../core/time/instant.ts';
import type { MachineName } from '../../../workflows/index.ts';
import type { Ground } from '../crashes/ground.ts';
import { functionsOf } from '../crashes/scenario.ts';
import { AWAY, HOME } from '../installations.ts';
import { asOwner } from '../owner.ts';
import { BUCKETS, FILES, GROUP, PARAMETERS, ROWS } from './blueprint.ts';
import type { FaultKind } from './fault.ts';
import { Person } from './person.ts';

export const STORIES = ['failover', 'failover-with-both', 'switchover', 'failback'] as const;
export type StoryName = (typeof STORIES)[number];

/** One move of a group, what may happen to the regions meanwhile, and where the group is in the end. */
export interface Story {
  readonly machine: MoveKind;
  readonly faults: readonly FaultKind[];
  /** Regions without which nobody would start it. */
  readonly needs: readonly string[];
  /** Where the group is in the end, unless the primary region is lost for good. */
  readonly active: string;
  readonly functions: ReadonlySet<string>;
  /** Lives through what came before. */
  prepare(on: Preparing): Promise<void>;
}

export interface Preparing {
  readonly stage: Stage;
  readonly ground: Ground;
  readonly heard: readonly HoldfastEvent[];
}

const callsOf = (...machines: readonly MachineName[]): ReadonlySet<string> =>
  new Set(machines.flatMap((machine) => [...functionsOf(machine)]));

const OVER = callsOf('failover', 'restore', 'answer');
const PLANNED = callsOf('switchover', 'failback', 'backup', 'copy', 'restore', 'answer');

export const STORY: Readonly<Record<StoryName, Story>> = {
  /** The primary region is dark: the other one is lost on top of it, or the primary wakes up in the middle. */
  failover: {
    machine: 'failover',
    faults: ['away-lost', 'home-back'],
    needs: [AWAY],
    active: AWAY,
    functions: OVER,
    prepare: async (on) => {
      await workAtHome(on);
      on.ground.act(on.stage, ({ cloud }) => cloud.loseRegion(HOME));
      await on.stage.run(minutes(12));
    },
  },
  /** The same with both regions there when it begins: somebody knows more than a status page, or errs. */
  'failover-with-both': {
    machine: 'failover',
    faults: ['home-lost', 'away-lost'],
    needs: [AWAY],
    active: AWAY,
    functions: OVER,
    prepare: workAtHome,
  },
  /** The exercise: home is the active side until the last difference was taken. */
  switchover: {
    machine: 'switchover',
    faults: ['home-lost', 'away-lost', 'home-gone'],
    needs: [HOME, AWAY],
    active: AWAY,
    functions: PLANNED,
    prepare: workAtHome,
  },
  /** After a failover, some work on the other side, and the return of the primary region. */
  failback: {
    machine: 'failback',
    faults: ['home-lost', 'away-lost', 'home-gone'],
    needs: [HOME, AWAY],
    active: HOME,
    functions: PLANNED,
    prepare: async (on) => {
      const { stage, ground, heard } = on;
      await STORY.failover.prepare(on);
      const { arrived, endings } = await new Person(stage, heard, [AWAY]).moves('failover', GROUP);
      if (!arrived) throw new Error(`nothing to go back from: ${JSON.stringify(endings)}`);
      ground.act(stage, workAway);
      await stage.run(minutes(5));
      ground.act(stage, ({ cloud }) => cloud.bringBack(HOME));
      await stage.run(hours(1));
    },
  },
};

/** Two points of each cluster, proven in both regions; then the applications write no more. */
async function workAtHome({ stage, ground }: Preparing): Promise<void> {
  ground.act(stage, furnish);
  for (let nth = 1; nth <= 2; nth++) {
    ground.act(stage, (on) => writeFiles(on, nth));
    await stage.run(minutes(20));
    for (const cluster of [FILES, ROWS]) {
      const scheduledAt = iso(wholeSecond(stage.now));
      await stage.execute(HOME, 'backup', { cluster, rule: 'fourhourly', scheduledAt });
    }
    const { states, world } = stage.cloud;
    const runs = () =>
      states.machines.some(({ arn }) => states.list(arn).some(({ status }) => status === 'RUNNING'));
    await world.runWhile(runs);
  }
  ground.act(stage, ({ orders }) => orders.get(ROWS)!.close());
}

/** What its owners have in the other region, and parameters that applications look at. */
function furnish({ cloud, now, orders }: Stage): void {
  const { kms, iam, s3, ssm, account } = cloud;
  const { arn: kmsKeyArn } = kms.createKey({ region: AWAY, account, now });
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const Statement = { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' } as const;
  iam.addResourcePolicy(kmsKeyArn, { Statement });
  const bucket = { region: AWAY, account, versioning: true, eventBridge: false, kmsKeyArn };
  s3.createBucket({ name: BUCKETS[AWAY], ...bucket });
  for (const region of [HOME, AWAY])
    for (const name of Object.values(PARAMETERS)) ssm.seed(region, name, 'nobody yet', now);
  orders.get(ROWS)!.scheduleDay(200);
}

function writeFiles({ files }: Stage, nth: number): void {
  const at = files.get(FILES)!;
  if (nth === 1) for (const key of ['a.txt', 'folder/b + c.txt']) at.write(key, Buffer.from(`${key}\n`));
  at.write(`of-${nth}.txt`, Buffer.from(`written before point ${nth}\n`));
  at.write('changes.txt', Buffer.from(`as it was before point ${nth}\n`));
}

/** What applications write once they are served by the other region. */
function workAway(stage: Stage): void {
  const Bucket = BUCKETS[AWAY];
  asOwner(
    stage,
    's3',
    'PutObject',
    { Bucket, Key: 'away.txt', Body: Buffer.from('on the other side') },
    AWAY,
  );
  asOwner(stage, 's3', 'DeleteObject', { Bucket, Key: 'a.txt' }, AWAY);
  const write = { table: 'orders', id: 'away-1', values: { amount: 7, state: 'taken' } };
  stage.cloud.rds.write(ROWS, AWAY, write, stage.now);
}
