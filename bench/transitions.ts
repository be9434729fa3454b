import type { Stage } from '../cli/stage.ts';
import { minutes } from '../core/time/instant.ts';
import type { Execution } from '../embedded/states/execution.ts';
import { historyOf, invocationsOf, transitionsOf, USD_PER_TRANSITION } from './billed.ts';
import { atMost, type Benchmark, type Figure, usd } from './figure.ts';
import { AWAY, backUpAndCopy, HOME, quietStage } from './quiet-stage.ts';

/** Transitions are most of what the control plane costs, so a backup takes few: 25 of them are 0.71 USD per 1,000 backups with what they call. */
const TRANSITIONS_MAX = 25;

const FILES = 200;

async function run(): Promise<readonly Figure[]> {
  const stage = await quietStage({
    documents: { engine: 'objects', plan: 'quiet', bucket: 'acme-documents', expectedSize: '1 GB' },
    orders: {
      engine: 'aurora',
      plan: 'quiet',
      clusterId: 'orders',
      expectedSize: '250 GB',
      restoreInto: { [AWAY]: { securityGroups: ['sg-0f2a9d1c'] } },
    },
  });
  try {
    const files = stage.files.get('documents')!;
    for (let n = 0; n < FILES; n++) files.write(`file ${n}`, Buffer.from(`content ${n}\n`));
    stage.orders.get('orders')!.scheduleDay(240);
    await stage.run(minutes(5));
    const changed = await backUpAndCopy(stage, 'documents');
    await stage.run(minutes(1));
    const unchanged = await backUpAndCopy(stage, 'documents');
    await stage.run(minutes(1));
    const aurora = await backUpAndCopy(stage, 'orders');
    const expire = [];
    for (const region of [HOME, AWAY]) expire.push(await stage.execute(region, 'expire', {}));
    const reconcile = await stage.execute(HOME, 'reconcile', {});
    const verify = await stage.execute(HOME, 'verify', {});
    requireAllCounted(stage);
    return [
      figure(stage, `backup of ${FILES} new objects, one shard`, changed.backup, TRANSITIONS_MAX),
      figure(stage, 'backup of objects of which none changed', unchanged.backup, TRANSITIONS_MAX),
      figure(stage, `backup of an aurora cluster, ${lasting(aurora.backup)}`, aurora.backup, TRANSITIONS_MAX),
      figure(stage, `copy of ${FILES} new objects to the recovery region`, changed.copy),
      figure(stage, 'copy of objects of which none changed', unchanged.copy),
      figure(stage, `copy of an aurora snapshot, ${lasting(aurora.copy)}`, aurora.copy),
      figure(stage, 'expiry run in the primary with nothing due', expire[0]!),
      figure(stage, 'expiry run in the recovery region with nothing due', expire[1]!),
      figure(stage, 'reconciliation that finds no difference', reconcile),
      figure(stage, 'scrub that finds nothing rotten', verify),
    ];
  } finally {
    stage.close();
  }
}

/** What histories show must be what the embedded Step Functions billed. */
function requireAllCounted({ cloud: { states } }: Stage): void {
  for (const { name, arn, counts } of states.machines) {
    const shown = states.list(arn).reduce((sum, execution) => sum + transitionsOf(states, execution), 0);
    if (shown !== counts.transitions)
      throw new Error(`${name} made ${counts.transitions} transitions, and its histories show ${shown}`);
  }
}

function lasting({ startedAt, stoppedAt }: Execution): string {
  const took = ((stoppedAt ?? startedAt) - startedAt) / minutes(1);
  return `which took RDS ${took.toFixed(0)} min`;
}

/** Tables show what is equal in one place: transitions, functions called, price and history of one execution. */
function figure(stage: Stage, what: string, execution: Execution, most?: number): Figure {
  const { states } = stage.cloud;
  const transitions = transitionsOf(states, execution);
  const invocations = invocationsOf(states, execution);
  const price = transitions * USD_PER_TRANSITION * 1_000;
  return {
    what,
    value: `${transitions} transitions, ${invocations} functions, ${usd(price)} per 1,000, ${historyOf(execution)} events`,
    ...(most !== undefined && { target: atMost(most, transitions, `${most} transitions`) }),
  };
}

export const transitions: Benchmark = {
  name: 'transitions',
  title: 'state transitions, functions called and events of history, per execution with its children',
  run,
};
