import type { HoldfastInput, PlanInput } from '../../../core/plan/input.ts';
import type { Stack } from '../../../embedded/cloudformation/assembly.ts';
import { load } from '../../../lib/config/load.ts';
import { assemblyOf } from '../../support/synthesis.ts';
import { Blueprint, START } from '../../support/world-of.ts';
import { AWAY, HOME } from '../installations.ts';

/** What expires passes through the bin within hours, and nothing is kept but the newest. */
const NEWEST: PlanInput = {
  rules: [{ name: 'weekly', cron: '0 3 ? * SUN *', deadline: '2h', flexibleWindow: '0s' }],
  retention: { keepLast: 1, minimumKeep: 1 },
  objectives: { rpo: '9d', rto: '4h', survives: 'region' },
  copyAllowance: '1h',
  grace: '1h',
};

/** One small cluster per engine, each under a plan of its own name: a trigger starts backups of a plan. */
const INSTALLATION: HoldfastInput = {
  name: 'crashes',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: { documents: NEWEST, orders: NEWEST },
  clusters: {
    documents: { engine: 'objects', plan: 'documents', bucket: 'acme-documents', expectedSize: '1 GB' },
    orders: {
      engine: 'aurora',
      plan: 'orders',
      clusterId: 'orders',
      expectedSize: '1 GB',
      restoreInto: { [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] } },
    },
  },
};

export const RULE = 'weekly';

/** Scenarios begin by themselves, and nobody looks at alarms: deployed anew thousands of times, these would only cost. */
const UNUSED = new Set(['AWS::Scheduler::Schedule', 'AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']);

const withoutUnused = (stack: Stack): Stack => ({
  ...stack,
  template: {
    ...stack.template,
    Resources: Object.fromEntries(
      Object.entries(stack.template.Resources).filter(([, { Type }]) => !UNUSED.has(Type)),
    ),
  },
});

/** The installation of all scenarios, synthesized as it is and deployed without what no scenario uses. */
export async function leanBlueprint(): Promise<Blueprint> {
  const loaded = load(INSTALLATION, START);
  if ('refused' in loaded) throw loaded.refused;
  const { installation } = loaded;
  const { stacks, files } = await assemblyOf(installation);
  return new Blueprint(installation, { stacks: stacks.map(withoutUnused), files });
}
